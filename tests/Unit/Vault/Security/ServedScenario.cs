using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.SignIn;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault.Management;
using Coffer.Vault.Serving;
using Coffer.Vault.Upkeep;

namespace Coffer.Unit.Vault.Security;

/// <summary>A served vault with one machine that has one point, and people who sign in.</summary>
internal sealed class ServedScenario : IAsyncDisposable
{
    private readonly ServicePins _pins = new(new byte[32]);

    private ServedScenario(DamagedVault files) => Files = files;

    public DamagedVault Files { get; }

    public SteppedTime Time => Files.Fixture.Time;

    public ServedVault Vault { get; private set; } = null!;

    public MachineId Machine { get; private set; }

    public SourceId Source => Files.Fixture.Source;

    public ObjectId Point => Files.Point.Id;

    public string Subject => $"source {Source}";

    public ManagedVault Console => Vault.ManageAtConsole();

    public static async Task<ServedScenario> MakeAsync()
    {
        var scenario = new ServedScenario(new DamagedVault());
        await scenario.Files.BackUpAsync();
        await scenario.OpenAsync();
        scenario.Machine = scenario.Vault.Engine.Opened.Catalog.Machines.All().Single().Id;
        return scenario;
    }

    public async Task OpenAsync() => Vault = await VaultFixture.UnlessBusyAsync(
        () => ServedVault.OpenAsync(Files.Fixture.Opened, _pins, Files.Fixture.Options, default));

    public async Task RestartAsync()
    {
        await Vault.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>The vault as the machine may use it.</summary>
    public MachineAccess Agent() =>
        new(Vault, Vault.Engine.Opened.Catalog.Machines.Find(Machine)!, isGrant: false);

    public PersonDouble Person(string name, params Role[] roles)
    {
        var invited = Console.Accounts.Invite(new InvitationRequest(name, roles));
        return Enrol(name, invited);
    }

    public PersonDouble Enrol(string name, InvitationAnswer invited)
    {
        var authenticator = Vault.Enrol(new EnrolRequest(invited.Secret, PersonDouble.Password)).Authenticator;
        var person = PersonDouble.Of(this, name, invited.Account.Id, authenticator);
        Vault.ConfirmEnrolment(new EnrolConfirmation(invited.Secret, person.Code()));
        return person;
    }

    /// <summary>A PIN made at the console.</summary>
    public string Pin(CriticalOperation operation, string subject, MachineId? machine) =>
        Console.Security.MakePin(new PinRequest(operation, machine, subject)).Pin;

    public string PinToDelete() => Pin(CriticalOperation.DeleteData, Subject, Machine);

    public async Task<PointDescription> CommitAsync(long sequence)
    {
        var (_, frame) = Files.Graph.AddPoint((int)sequence + 100);
        await using var session = await Vault.Engine.OpenSessionAsync(Files.Fixture.Session(Machine), default);
        await Files.Graph.PutAsync(session);
        return (await session.CommitAsync(frame, VaultFixture.Facts(sequence), default)).Point!;
    }

    public List<PointDescription> Points() =>
        Vault.Engine.Opened.Catalog.Points.List(new PointFilter(Machine));

    public UpkeepReport Upkeep() => Vault.Upkeep(new UpkeepRules(), () => true);

    public void Days(int days)
    {
        // Looked at each day: a leap that nobody saw would be taken for a wrong clock.
        for (int day = 0; day < days; day++)
        {
            Time.Move(TimeSpan.FromDays(1));
            Vault.ObserveTime();
        }
    }

    public static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    public async ValueTask DisposeAsync()
    {
        await Vault.DisposeAsync();
        Files.Dispose();
    }
}

/// <summary>Somebody with a password and an authenticator app.</summary>
internal sealed class PersonDouble(ServedScenario scenario, string name, AccountId account, byte[] key)
{
    public const string Password = "correct horse battery";

    /// <param name="authenticator">As the app reads it.</param>
    public static PersonDouble Of(ServedScenario scenario, string name, AccountId account, Uri authenticator)
    {
        string secret = authenticator.Query.Split('?', '&')
            .Single(part => part.StartsWith("secret=", StringComparison.Ordinal));
        return new PersonDouble(scenario, name, account, Base32.Decode(secret.AsSpan("secret=".Length))!);
    }

    public AccountId Account => account;

    /// <summary>The next code: each is worth one use.</summary>
    public string Code()
    {
        scenario.Time.Move(TimeSpan.FromSeconds(Totp.StepSeconds));
        return $"{Totp.CodeAt(key, Totp.StepAt(scenario.Time.GetUtcNow())):d6}";
    }

    public async Task<string> TokenAsync() => (await scenario.Vault.SignInAsync(
        new SignInRequest(name, Password, Code()), "192.0.2.1", default)).Token;

    public async Task<ManagedVault> SignInAsync() => scenario.Vault.Manage(await TokenAsync());
}
