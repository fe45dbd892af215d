using Coffer.EndToEnd.Setup;

namespace Coffer.EndToEnd.Serving.Security;

/// <summary>Deleting, bringing back and taking over, by the commands of a machine and of the vault's console.</summary>
public sealed class SecurityCommandTests : IDisposable
{
    private readonly SecureScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Delete_FromTheMachine_TakesAPinForJustThat_AndIsUndoneAtTheConsole()
    {
        var (machine, id) = _scene.Protected();
        var (source, label) = SecureScene.SourceOf(machine);
        string[] delete = ["protection", "stop", label, "--way", "delete-data"];
        string pin = _scene.PinFor(machine.Json(delete));
        File.WriteAllText(machine.At("wrong"), "AAAAA-AAAAA\n");
        machine.Json([.. delete, "--pin-file", machine.At("wrong")]).ShouldFail(4, "pin.wrong");
        var deleted = machine.Json([.. delete, "--pin-file", pin]).ShouldEnd(0);
        deleted.Result.GetProperty("restorableUntil").GetDateTimeOffset()
            .ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(13));
        machine.Json("backup").ShouldFail(4, "protection.deleted");

        var other = _scene.New();
        other.Json(
            "restore", machine.Data, "--to", other.At("out"), "--credentials", _scene.Vault.Credentials, "--server", id,
            "--passphrase-file", machine.Passphrase).ShouldEnd(0);
        File.ReadAllText(Path.Combine(other.At("out"), "data", "a.txt")).ShouldBe("of the first");

        _scene.Console("item", "undelete", source).ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(1);
        machine.Json("backup").ShouldFail(4, "protection.stopped");
        machine.Json("protection", "resume", label).ShouldEnd(0);
        machine.Json("backup").ShouldEnd(0);
        machine.Json("point").Result.GetProperty("points").GetInt32().ShouldBe(2);
        machine.Json([.. delete, "--pin-file", pin]).ShouldFail(4, "pin.used");
        _scene.Console("audit", "verify").ShouldEnd(0);
        _scene.Console("audit", "list").ShouldEnd(0).Events
            .ShouldContain(entry => entry.GetProperty("operation").GetString() == "items.stop");
    }

    [Fact]
    public void LockedImmutability_RefusesTheConsoleToo()
    {
        var (machine, id) = _scene.Protected();
        var (source, label) = SecureScene.SourceOf(machine);
        string[] set = ["security", "set", "--immutability", "locked"];
        _scene.Console(set).ShouldFail(2, "settings.for-good");
        _scene.Console([.. set, "--for-good"]).ShouldEnd(0);
        _scene.Console("item", "stop", source, "--way", "delete-data", "--confirm", label)
            .ShouldFail(4, "security.locked");
        _scene.Console("server", "delete", id, "--confirm", Environment.MachineName).ShouldFail(4, "security.locked");
        _scene.Console("security", "set", "--immutability", "off", "--confirm", "default")
            .ShouldFail(4, "security.locked");
        machine.Json("backup").ShouldEnd(0);
        machine.Json("point").Result.GetProperty("points").GetInt32().ShouldBe(2);
    }

    [Fact]
    public void Console_DeletesOnlyWhatWasNamed()
    {
        var (machine, id) = _scene.Protected();
        var (source, label) = SecureScene.SourceOf(machine);
        _scene.Console("item", "stop", source, "--way", "delete-data").ShouldFail(2, "confirm.needed");
        _scene.Console("item", "stop", source, "--way", "delete-data", "--confirm", "another")
            .ShouldFail(2, "confirm.name");
        _scene.Console("item", "stop", source, "--way", "delete-data", "--confirm", label).ShouldEnd(0);
        _scene.Console("server", "delete", id, "--confirm", Environment.MachineName, "--reason", "scrapped")
            .ShouldEnd(0);
        machine.Json("status").ShouldFail(4, "machine.refused");
        machine.Json("unregister", "--confirm", Environment.MachineName).ShouldEnd(0);
        machine.Json("status").ShouldEnd(0).Result.GetProperty("isRegistered").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Adopt_AfterAReinstall_GoesOnWithTheChain_AndTheOldKeyIsRefused()
    {
        var (machine, id) = _scene.Protected();
        string old = machine.At("old-home");
        Directory.Move(machine.Home, old);
        string[] register = ["register", _scene.Vault.Credentials, "--passphrase-file", machine.Passphrase];
        machine.Json(register).ShouldFail(2, "register.known");
        machine.Json([.. register, "--adopt", id]).ShouldFail(4, "adoption.pending");
        machine.Json("status").Result.GetProperty("isRegistering").GetBoolean().ShouldBeTrue();
        var waiting = _scene.Console("status").ShouldEnd(0).Events.Single();
        string key = waiting.GetProperty("key").GetString()!;
        var again = machine.Json([.. register, "--adopt", id]).ShouldFail(4, "adoption.pending");
        again.Result.GetProperty("guidance").GetString()!.ShouldContain(key);

        _scene.Console("server", "adopt", id).ShouldFail(2, "adoption.alive");
        machine.Json("status", "--home", old).ShouldEnd(0);
        _scene.Console("server", "adopt", id, "--sure").ShouldEnd(0);
        machine.Json("status", "--home", old).ShouldFail(4, "machine.refused");
        machine.Json(register).ShouldEnd(0).Result.GetProperty("machine").GetString().ShouldBe(id);
        machine.Write("new.txt", "after the reinstall");
        var next = machine.Json("backup").ShouldEnd(0);
        next.Result.GetProperty("storedBytes").GetInt64().ShouldBeLessThan(1 << 20);
        var points = machine.Json("point").Events.ToList();
        points.Select(point => point.GetProperty("sequence").GetInt64()).ShouldBe([1, 2]);
        points.Select(point => point.GetProperty("source").GetString()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void Protect_WhileARegistrationWaits_MakesNoVaultOfItsOwnUnlessAsked()
    {
        var (machine, id) = _scene.Protected();
        Directory.Move(machine.Home, machine.At("old-home"));
        string[] register = ["register", _scene.Vault.Credentials, "--passphrase-file", machine.Passphrase];
        machine.Json([.. register, "--adopt", id]).ShouldFail(4, "adoption.pending");
        string[] protect = ["protect", machine.Data, "--passphrase-file", machine.Passphrase];
        machine.Json(protect).ShouldFail(4, "registration.begun");
        Directory.Exists(Path.Combine(machine.Home, "vault")).ShouldBeFalse();
        machine.Json("status").Result.GetProperty("isRegistering").GetBoolean().ShouldBeTrue();

        var run = machine.Coffer([.. protect, "--vault", machine.Vault]);
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain($"Backups go there, on this machine. To have it served: `coffer-vault serve --data"
            + $" {machine.Vault}`");
    }

    [Fact]
    public void Setup_WhileARegistrationWaits_AsksBeforeItGivesThatUp()
    {
        var (machine, id) = _scene.Protected();
        Directory.Move(machine.Home, machine.At("old-home"));
        string[] register = ["register", _scene.Vault.Credentials, "--passphrase-file", machine.Passphrase];
        machine.Json([.. register, "--adopt", id]).ShouldFail(4, "adoption.pending");

        var run = AtTerminal.Run(machine,
            [
                ("Back up", machine.Data), ("Leave out", ""), ("Files larger", ""), ("Folder or file", machine.Vault),
                ("Give it up, and its keys?", "n"), ("Folder or file", AtTerminal.Interrupt),
            ], "setup");

        run.ExitCode.ShouldBe(130, run.ToString());
        run.Output.ShouldContain("Give it up, and its keys?");
        Directory.Exists(machine.Vault).ShouldBeFalse();
        machine.Json("status").Result.GetProperty("isRegistering").GetBoolean().ShouldBeTrue();
        _scene.Console("server", "adopt", id, "--sure").ShouldEnd(0);
        machine.Json(register).ShouldEnd(0).Result.GetProperty("machine").GetString().ShouldBe(id);
    }

    [Fact]
    public void Preview_WithTheVaultAway_ShowsTheFilesAndWhatIsMissing()
    {
        var (machine, _) = _scene.Protected();
        _scene.Vault.Kill();
        var run = machine.Json("policy", "preview").ShouldEnd(3);
        run.Result.GetProperty("files").GetInt32().ShouldBe(2);
        run.Result.TryGetProperty("gone", out _).ShouldBeFalse();
        run.Events.ShouldContain(line => line.ToString().Contains("vault.unreachable", StringComparison.Ordinal)
            && line.ToString().Contains("Which points the policy keeps is not shown.", StringComparison.Ordinal));
        machine.Json("policy", "preview", "--points").ShouldFail(1, "vault.unreachable");
    }

    [Fact]
    public void Unregister_TakesAPin_AndTheMachineCanRegisterAnew()
    {
        var (machine, id) = _scene.Protected();
        string pin = _scene.PinFor(machine.Json("unregister"));
        machine.Json("unregister", "--pin-file", pin).ShouldEnd(0);
        machine.Json("status").ShouldEnd(0).Result.GetProperty("isRegistered").GetBoolean().ShouldBeFalse();
        _scene.Console("server", "show", id).ShouldEnd(0)
            .Result.GetProperty("state").GetString().ShouldBe("Unregistered");
        machine.Json("register", _scene.Vault.Credentials, "--adopt", id, "--passphrase-file", machine.Passphrase)
            .ShouldFail(4, "adoption.unregistered");
        _scene.Registered(machine, "--new").ShouldNotBe(id);
        machine.Json("backup").ShouldEnd(0);
    }

    [Fact]
    public void Passphrase_OfAServedVault_IsChangedWithAPinForJustThatPassphrase()
    {
        var (machine, id) = _scene.Protected();
        File.WriteAllText(machine.At("new"), "another horse, another staple\n");
        string[] change = ["passphrase", "change", "--new-passphrase-file", machine.At("new")];
        string pin = _scene.PinFor(machine.Json(change));
        machine.Json([.. change, "--pin-file", pin]).ShouldEnd(0);
        string[] list = ["ls", machine.Data, "--credentials", _scene.Vault.Credentials, "--server", id];
        var other = _scene.New();
        other.Json([.. list, "--passphrase-file", machine.Passphrase]).ShouldFail(2, "passphrase.wrong");
        other.Json([.. list, "--passphrase-file", machine.At("new")]).ShouldEnd(0);
    }

    [Fact]
    public void Policy_ThatGetsWeaker_TakesAPin_AndOneThatGetsStrongerDoesNot()
    {
        var (machine, _) = _scene.Protected();
        string[] exclude = ["protect", "--exclude", "*.tmp", "--no-backup"];
        string pin = _scene.PinFor(machine.Json(exclude));
        machine.Json([.. exclude, "--pin-file", pin]).ShouldEnd(0);
        machine.Json("policy", "remove", "*.tmp").ShouldEnd(0);
        string[] remove = ["policy", "remove", machine.Data];
        machine.Json([.. remove, "--pin-file", _scene.PinFor(machine.Json(remove))]).ShouldEnd(0);
    }

    [Fact]
    public void Point_ThatIsHeld_IsNeitherDeletedNorReleasedWithoutAPin()
    {
        var (machine, _) = _scene.Protected();
        var (source, label) = SecureScene.SourceOf(machine);
        string point = machine.Json("point").Events.Single().GetProperty("point").GetString()!;
        machine.Json("point", "hold", point).ShouldEnd(0);
        _scene.Console("item", "stop", source, "--way", "delete-data", "--confirm", label)
            .ShouldFail(4, "protection.held");
        string pin = _scene.PinFor(machine.Json("point", "release", point));
        machine.Json("point", "release", point, "--pin-file", pin).ShouldEnd(0);
        _scene.Console("point", "hold", point).ShouldEnd(0);
        _scene.Console("point", "release", point[..10]).ShouldEnd(0);
    }
}
