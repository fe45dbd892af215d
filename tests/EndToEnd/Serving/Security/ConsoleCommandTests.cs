namespace Coffer.EndToEnd.Serving.Security;

/// <summary>Accounts, switches, tokens, quotas and the audit log at the vault's console.</summary>
public sealed class ConsoleCommandTests : IDisposable
{
    private readonly SecureScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Administrators_AreMadeAtTheConsole_AndTwoAreNeededForMultiUserAuthorization()
    {
        var (machine, _) = _scene.Protected();
        var (source, label) = SecureScene.SourceOf(machine);
        string[] multiUser = ["security", "set", "--multi-user", "on", "--guard", "delete"];
        _scene.Administrator("ann");
        _scene.Console(multiUser).ShouldFail(4, "security.approvers");
        _scene.Administrator("ben");
        _scene.Console("user", "list").ShouldEnd(0).Events
            .Select(account => account.GetProperty("hasSecondFactor").GetBoolean()).ShouldBe([true, true]);
        _scene.Console(multiUser).ShouldEnd(0);

        _scene.Console("item", "stop", source, "--way", "delete-data", "--confirm", label)
            .ShouldFail(4, "approval.asked");
        string request = _scene.Console("approval", "list").Events.Single().GetProperty("id").GetString()!;
        _scene.Console("approval", "approve", request).ShouldFail(4, "approval.self");
        _scene.Console("approval", "deny", request[..8]).ShouldEnd(0);
        machine.Json("backup").ShouldEnd(0);
    }

    [Fact]
    public void Account_IsInvitedRenamedInItsRolesAndRemoved()
    {
        _scene.Protected();
        var made = _scene.Console("admin", "create", "cleo", "--roles", "backup-reader").ShouldEnd(0);
        made.Result.GetProperty("secret").GetString()!.Length.ShouldBe(64);
        _scene.Console("admin", "create", "cleo").ShouldFail(2, "account.taken");
        _scene.Console("user", "roles", "cleo", "backup-operator,backup-reader").ShouldEnd(0);
        _scene.Console("user", "roles", "cleo", "king").ShouldFail(2, "value.unknown");
        _scene.Console("admin", "reset", "cleo").ShouldEnd(0);
        _scene.Console("user", "remove", "cleo").ShouldEnd(0);
        _scene.Console("user", "remove", "cleo").ShouldFail(2, "name.unknown");
    }

    [Fact]
    public void Switches_GetStrongerFreely_AndWeakerOnlyByName()
    {
        _scene.Protected();
        _scene.Console("security", "set", "--soft-delete", "on", "--period", "30", "--minimum", "30d").ShouldEnd(0);
        _scene.Console("security", "set", "--soft-delete", "off").ShouldFail(2, "confirm.needed");
        _scene.Console("security", "set", "--soft-delete", "off", "--confirm", "default").ShouldEnd(0)
            .Result.GetProperty("level").GetProperty("level").GetString().ShouldBe("Poor");
        _scene.Console("security", "set", "--period", "3").ShouldFail(2, "security.period");
        _scene.Console("security").ShouldEnd(0); // a noun alone shows
        _scene.Console("security", "shows").ShouldFail(2, "usage");
    }

    [Fact]
    public void Token_Quota_AndServersAreShownAndChanged()
    {
        var (machine, id) = _scene.Protected();
        string token = _scene.Console("token", "create", "watch", "--may", "view-items,view-jobs").ShouldEnd(0)
            .Result.GetProperty("text").GetString()!;
        token.ShouldStartWith("coffer_");
        _scene.Console("token", "list").Events.Single().GetProperty("name").GetString().ShouldBe("watch");
        _scene.Console("token", "revoke", "watch").ShouldEnd(0);
        _scene.Console("server", "quota", id, "--bytes", "2MB").ShouldEnd(0)
            .Result.GetProperty("quotaBytes").GetInt64().ShouldBe(2_000_000);
        _scene.Console("server", "quota", id, "--bytes", "none", "--points", "20").ShouldEnd(0);
        _scene.Console("server", "show", Environment.MachineName).ShouldEnd(0).Events.Count().ShouldBe(1);
        _scene.Console("server", "revoke", id).ShouldEnd(0);
        machine.Json("backup").ShouldFail(4, "machine.refused");
    }

    [Fact]
    public void AuditLog_IsVerifiedAgainstAHeadThatWasNoted()
    {
        _scene.Protected();
        var head = _scene.Console("audit", "verify").ShouldEnd(0).Result.GetProperty("head");
        string noted = $"{head.GetProperty("number").GetInt64()}:{head.GetProperty("hash").GetString()}";
        _scene.Console("server", "list").ShouldEnd(0);
        _scene.Console("audit", "verify", "--head", noted).ShouldEnd(0);
        string later = $"{head.GetProperty("number").GetInt64() + 99}:{head.GetProperty("hash").GetString()}";
        _scene.Console("audit", "verify", "--head", later).ShouldEnd(1)
            .Result.GetProperty("finding").GetProperty("defect").GetString().ShouldBe("CutTail");
        _scene.Console("audit", "verify", "--head", "nonsense").ShouldFail(2, "audit.head");
    }

    [Fact]
    public void Networks_AreSetAndShown_AndTheVaultsOwnMachineIsAlwaysAnswered()
    {
        var (machine, _) = _scene.Protected();
        _scene.Console("network").ShouldEnd(0).Result.GetProperty("networks").GetArrayLength().ShouldBe(0);
        _scene.Console("network", "set", "198.51.100.0/24", "2001:db8::/32").ShouldEnd(0);
        _scene.Console("network", "list").ShouldEnd(0).Result.GetProperty("networks").EnumerateArray()
            .Select(network => network.GetString()).ShouldBe(["198.51.100.0/24", "2001:db8::/32"]);
        machine.Json("backup").ShouldEnd(0); // over loopback
        _scene.Console("network", "set", "198.51.100.7/24").ShouldFail(2, "network.value");
        _scene.Console("network", "set", "any", "2001:db8::/32").ShouldFail(2, "usage");
        _scene.Console("network", "set", "any").ShouldEnd(0);
        _scene.Console("network").ShouldEnd(0).Result.GetProperty("networks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void Certificate_ThatIsNext_IsToldToMachinesAndTakenBack()
    {
        var (machine, _) = _scene.Protected();
        string file = Path.Combine(machine.Home, "machine.json");
        _scene.Console("certificate").ShouldEnd(0).Result.GetProperty("isMadeHere").GetBoolean().ShouldBeTrue();
        string next = _scene.Console("certificate", "renew", "--in", "10").ShouldEnd(0)
            .Result.GetProperty("nextPin").GetString()!;
        machine.Json("backup").ShouldEnd(0);
        File.ReadAllText(file).ShouldContain(next);
        _scene.Console("certificate", "announce", file).ShouldFail(2, "certificate.file");
        _scene.Console("certificate", "renew", "--in", "91").ShouldFail(2, "certificate.days");
        _scene.Console("certificate", "cancel").ShouldEnd(0);
        machine.Json("backup").ShouldEnd(0);
        File.ReadAllText(file).ShouldNotContain(next);
    }

    [Fact]
    public void Commands_WithoutAService_OrWithoutAFolder_SaySo()
    {
        var machine = _scene.New();
        machine.Start(RunningVault.Command, "status", "--json").ShouldFail(2, "data.needed");
        var none = machine.Start(RunningVault.Command, "status", "--json", "--data", machine.At("none"));
        none.ShouldFail(1, "service.away");
        none.Result.GetProperty("message").GetString()
            .ShouldBe($"No service runs on the data folder {machine.At("none")}.");
        _scene.Vault.Kill();
        _scene.Console("status").ShouldFail(1, "service.away");
        _scene.Vault.Start();
        _scene.Console("time", "confirm").ShouldEnd(0);
    }

    [Theory]
    [InlineData("statsu", "`status`")]
    [InlineData("server lsit", "`list`")]
    [InlineData("server list --dta x", "`--data`")]
    [InlineData("server quota", "coffer-vault server quota")]
    [InlineData("pin create --data x", "coffer-vault pin create --for")]
    public void Commands_Misspelt_SayWhatWasMeant(string command, string told)
    {
        var run = _scene.New().Start(RunningVault.Command, [.. command.Split(' '), "--json"]);
        run.ShouldFail(2, "usage").Result.GetProperty("guidance").GetString()!.ShouldContain(told);
    }

    [Fact]
    public void Noun_WithoutAVerb_NamesThoseThatThereAre()
    {
        var run = _scene.New().Start(RunningVault.Command, "point", "--json");
        run.ShouldFail(2, "usage").Result.GetProperty("message").GetString()!.ShouldContain("list, hold, extend");
    }
}
