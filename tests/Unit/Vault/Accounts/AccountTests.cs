using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Unit.Vault.Security;

namespace Coffer.Unit.Vault.Accounts;

/// <summary>Signing in, second factors, roles and tokens.</summary>
public sealed class AccountTests
{
    [Fact]
    public async Task SignIn_WithAnyPartWrong_IsRefusedInTheSameWords()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupReader);
        var faults = new List<string>();
        faults.Add(await RefusalAsync(scenario, "ada", "wrong password!", ada.Code()));
        faults.Add(await RefusalAsync(scenario, "ada", PersonDouble.Password, "000000"));
        faults.Add(await RefusalAsync(scenario, "nobody", PersonDouble.Password, ada.Code()));
        faults.Distinct().Single().ShouldBe("signin.refused");
    }

    [Fact]
    public async Task Code_UsedOnce_IsUsed()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupReader);
        string code = ada.Code();
        await scenario.Vault.SignInAsync(new SignInRequest("ada", PersonDouble.Password, code), "::1", default);
        (await RefusalAsync(scenario, "ada", PersonDouble.Password, code)).ShouldBe("signin.refused");
    }

    [Fact]
    public async Task SignIn_TriedTooOften_WaitsAndLetsOthersIn()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupReader);
        var ben = scenario.Person("ben", Role.BackupReader);
        for (int i = 0; i < 6; i++) await RefusalAsync(scenario, "ada", "wrong password!", "000000");
        (await RefusalAsync(scenario, "ada", "wrong password!", "000000")).ShouldBe("signin.wait");
        (await ben.SignInAsync()).Caller.Name.ShouldStartWith("account ben ");
        scenario.Time.Move(TimeSpan.FromMinutes(15));
        (await ada.SignInAsync()).Caller.Name.ShouldStartWith("account ada ");
    }

    [Fact]
    public async Task Session_EndsWithSignOutTimeResetAndRemoval()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupReader);
        string token = await ada.TokenAsync();
        scenario.Vault.SignOut(token);
        ServedScenario.Code(() => scenario.Vault.Manage(token)).ShouldBe("signin.needed");

        token = await ada.TokenAsync();
        scenario.Time.Move(TimeSpan.FromMinutes(31));
        ServedScenario.Code(() => scenario.Vault.Manage(token)).ShouldBe("signin.needed");

        token = await ada.TokenAsync();
        var invited = scenario.Console.Accounts.Reset(ada.Account);
        ServedScenario.Code(() => scenario.Vault.Manage(token)).ShouldBe("signin.needed");
        ada = scenario.Enrol("ada", invited);
        token = await ada.TokenAsync();
        scenario.Console.Accounts.Remove(ada.Account);
        ServedScenario.Code(() => scenario.Vault.Manage(token)).ShouldBe("signin.needed");
    }

    [Fact]
    public async Task Invitation_UsedOrOld_IsRefused()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var invited = scenario.Console.Accounts.Invite(new InvitationRequest("ada", [Role.BackupReader]));
        scenario.Enrol("ada", invited);
        ServedScenario.Code(() => scenario.Vault.Enrol(new EnrolRequest(invited.Secret, PersonDouble.Password)))
            .ShouldBe("account.invitation");
        invited = scenario.Console.Accounts.Invite(new InvitationRequest("ben", [Role.BackupReader]));
        ServedScenario.Code(() => scenario.Vault.Enrol(new EnrolRequest(invited.Secret, "too short")))
            .ShouldBe("account.password");
        scenario.Time.Move(TimeSpan.FromHours(24));
        ServedScenario.Code(() => scenario.Vault.Enrol(new EnrolRequest(invited.Secret, PersonDouble.Password)))
            .ShouldBe("account.invitation");
    }

    [Fact]
    public async Task Invitation_AfterWrongCodes_IsVoidForTheRightOneToo()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var invited = scenario.Console.Accounts.Invite(new InvitationRequest("ada", [Role.BackupReader]));
        var authenticator = scenario.Vault.Enrol(new EnrolRequest(invited.Secret, PersonDouble.Password)).Authenticator;
        var ada = PersonDouble.Of(scenario, "ada", invited.Account.Id, authenticator);
        for (int i = 1; i < SecurityLimits.WrongTriesOfAPin; i++)
            ServedScenario.Code(() => Confirm(scenario, invited, "000000")).ShouldBe("signin.code");
        await scenario.RestartAsync(); // what was counted is on disk
        ServedScenario.Code(() => Confirm(scenario, invited, "000000")).ShouldBe("account.invitation");
        ServedScenario.Code(() => Confirm(scenario, invited, ada.Code())).ShouldBe("account.invitation");
    }

    [Fact]
    public async Task Codes_AfterWrongOnes_AreLockedForAWhile()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupContributor);
        var vault = await ada.SignInAsync();
        var request = new PinRequest(CriticalOperation.DeleteData, scenario.Machine, scenario.Subject, "000000");
        for (int i = 0; i < SecurityLimits.WrongPinsOfAMachine; i++)
            ServedScenario.Code(() => vault.Security.MakePin(request)).ShouldBe("signin.code");
        ServedScenario.Code(() => vault.Security.MakePin(request with { Code = ada.Code() })).ShouldBe("signin.codes");
        await scenario.RestartAsync();
        (await RefusalAsync(scenario, "ada", PersonDouble.Password, ada.Code())).ShouldBe("signin.refused");
        scenario.Time.Move(SecurityLimits.PinLock);
        (await ada.SignInAsync()).Security.MakePin(request with { Code = ada.Code() }).Pin.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("console")]
    [InlineData("Console")]
    [InlineData("console (of the vault)")]
    [InlineData("token nightly")]
    [InlineData("coffer_x")]
    [InlineData("machine web1 (1f2e)")]
    [InlineData("address 192.0.2.1")]
    [InlineData("reader of machine web1")]
    [InlineData("0123456789abcdef0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("9e21")]
    [InlineData(" ada")]
    [InlineData("ada\u200b")]
    [InlineData("ada\u202eadb")]
    [InlineData("")]
    public async Task Name_ThatLooksLikeSomethingElse_IsRefused(string name)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var accounts = scenario.Console.Accounts;
        ServedScenario.Code(() => accounts.Invite(new InvitationRequest(name, [Role.BackupReader])))
            .ShouldBe("account.name");
        ServedScenario.Code(() => accounts.MakeToken(new TokenScopeRequest(
            name, [Permission.ViewItems], [], null, scenario.Time.GetUtcNow() + TimeSpan.FromDays(1))))
            .ShouldBe("account.name");
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("Ada Lovelace")]
    [InlineData("ada@example.org")]
    [InlineData("machinist")]
    [InlineData("Äda 2")]
    public async Task Name_OfAPerson_IsTaken(string name)
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Console.Accounts.Invite(new InvitationRequest(name, [Role.BackupReader])).Account.Name.ShouldBe(name);
    }

    [Fact]
    public async Task LastAdministrator_CannotGo()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        scenario.Vault.HasNoAdministrator.ShouldBeTrue();
        var ada = scenario.Person("ada", Role.SecurityAdministrator);
        scenario.Vault.HasNoAdministrator.ShouldBeFalse();
        // Somebody who was only invited cannot sign in, and does not count.
        scenario.Console.Accounts.Invite(new InvitationRequest("ben", [Role.SecurityAdministrator]));
        ServedScenario.Code(() => scenario.Console.Accounts.Remove(ada.Account)).ShouldBe("account.last");
        ServedScenario.Code(() => scenario.Console.Accounts.SetRoles(
            ada.Account, new RolesRequest([Role.BackupReader]))).ShouldBe("account.last");
        scenario.Person("cleo", Role.SecurityAdministrator);
        scenario.Console.Accounts.Remove(ada.Account);
    }

    [Fact]
    public async Task Pin_ByAPerson_TakesAFreshCodeAndTheRoleForTheOperation()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupContributor);
        var vault = await ada.SignInAsync();
        var request = new PinRequest(CriticalOperation.DeleteData, scenario.Machine, scenario.Subject);
        ServedScenario.Code(() => vault.Security.MakePin(request)).ShouldBe("signin.code");
        ServedScenario.Code(() => vault.Security.MakePin(request with { Code = "123456" })).ShouldBe("signin.code");
        vault.Security.MakePin(request with { Code = ada.Code() }).Pin.Length.ShouldBe(11);
        ServedScenario.Code(() => vault.Security.MakePin(new PinRequest(
            CriticalOperation.SoftDeleteOff, null, "whatever", ada.Code()))).ShouldBe("role.missing");
    }

    [Fact]
    public async Task Token_MayWhatItsScopeAndItsMakerMay()
    {
        await using var scenario = await ServedScenario.MakeAsync();
        var ada = scenario.Person("ada", Role.BackupContributor, Role.SecurityAdministrator);
        var made = (await ada.SignInAsync()).Accounts.MakeToken(new TokenScopeRequest(
            "nightly", [Permission.ViewItems], [CriticalOperation.ShortenRetention], [scenario.Machine],
            scenario.Time.GetUtcNow() + TimeSpan.FromDays(30)));
        var token = scenario.Vault.Manage(made.Text);
        token.Servers.Show(scenario.Machine).Id.ShouldBe(scenario.Machine);
        ServedScenario.Code(() => token.Servers.Show(MachineId.New())).ShouldBe("token.machine");
        ServedScenario.Code(() => token.Items.Undelete(scenario.Source)).ShouldBe("token.permission");
        token.Security.MakePin(new PinRequest(CriticalOperation.ShortenRetention, scenario.Machine, "policy 1"))
            .Pin.ShouldNotBeEmpty();
        ServedScenario.Code(() => token.Security.MakePin(new PinRequest(
            CriticalOperation.DeleteData, scenario.Machine, scenario.Subject))).ShouldBe("token.pin");
        string altered = made.Text[..^1] + (made.Text[^1] == '0' ? '1' : '0');
        ServedScenario.Code(() => scenario.Vault.Manage(altered)).ShouldBe("signin.needed");

        scenario.Days(30);
        ServedScenario.Code(() => token.Servers.Show(scenario.Machine)).ShouldBe("token.expired");
        scenario.Person("ben", Role.SecurityAdministrator);
        scenario.Console.Accounts.Remove(ada.Account);
        ServedScenario.Code(() => scenario.Vault.Manage(made.Text)).ShouldBe("signin.needed");
    }

    private static void Confirm(ServedScenario scenario, InvitationAnswer invited, string code) =>
        scenario.Vault.ConfirmEnrolment(new EnrolConfirmation(invited.Secret, code));

    private static async Task<string> RefusalAsync(
        ServedScenario scenario, string name, string password, string code) =>
        (await Should.ThrowAsync<FaultException>(() => scenario.Vault.SignInAsync(
            new SignInRequest(name, password, code), "192.0.2.1", default))).Fault.Code;
}
