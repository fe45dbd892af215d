using System.Text.Json;
using Coffer.EndToEnd.Serving;

namespace Coffer.EndToEnd.Doctor;

/// <summary><c>coffer doctor</c> on machines that are well, and on such as lack one thing.</summary>
public sealed class DoctorTests : IDisposable
{
    private static readonly string[] OfEach =
        ["version", "home", "registration", "keys", "passphrase", "rights", "cache", "policy", "hooks",
         "snapshots", "service"];

    private static readonly string[] OfTheLine = ["name", "proxy", "address", "certificate", "clock"];

    private static readonly string[] OfTheVault = ["vault", "space", "backup"];

    private readonly Machine _machine = new();
    private RunningVault? _vault;

    public void Dispose()
    {
        _machine.Dispose();
        _vault?.Dispose();
    }

    [Fact]
    public void Doctor_OnAMachineThatWasNeverUsed_TellsWhatToBeginWithAndWritesNothing()
    {
        var (run, grades) = Examine();
        grades.Keys.ShouldBe(OfEach);
        run.ExitCode.ShouldBe(3);
        grades["registration"].ShouldBe(("warning", "machine.unregistered"));
        Directory.Exists(_machine.Home).ShouldBeFalse();
        _machine.Coffer("doctor").Output.ShouldContain("coffer register FILE");
    }

    [Fact]
    public void Doctor_OnAVaultInAFolder_FindsItAndItsBackup()
    {
        _machine.Write("a.txt", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        var (_, grades) = Examine();
        grades.Keys.ShouldBe([.. OfEach, "disk", .. OfTheVault]);
        AllAreWell(grades, "home", "registration", "keys", "passphrase", "policy", "vault", "backup");
        Directory.Delete(_machine.Vault, recursive: true);
        var (gone, after) = Examine();
        gone.ExitCode.ShouldBe(1);
        after["vault"].ShouldBe(("failed", "vault.missing"));
        AllAreWell(after, "home", "registration", "keys", "policy");
    }

    [Fact]
    public void Doctor_OnAServedVault_FindsAllOfTheWayToIt()
    {
        Serve();
        var (run, grades) = Examine();
        grades.Keys.ShouldBe([.. OfEach, .. OfTheLine, .. OfTheVault]);
        AllAreWell(grades, ["home", "keys", "policy", .. OfTheLine, "vault", "backup"]);
        string vault = FoundBy(run, "vault");
        vault.ShouldContain(FoundBy(run, "version").Split(' ', ',')[1], Case.Sensitive, "it tells the vault's version");
    }

    [Fact]
    public void Doctor_WithTheVaultAway_TellsItOnceAndLooksAtAllElse()
    {
        Serve();
        _vault!.Kill();
        var (run, grades) = Examine();
        run.ExitCode.ShouldBe(1);
        grades["address"].ShouldBe(("failed", "vault.unreachable"));
        (grades["certificate"].Grade, grades["clock"].Grade, grades["space"].Grade, grades["backup"].Grade)
            .ShouldBe(("skipped", "skipped", "skipped", "skipped"));
        AllAreWell(grades, "home", "keys", "policy", "name", "proxy");
    }

    [Fact]
    public void Doctor_WithALineThatHangs_ComesToItsEnd()
    {
        using var line = new ConnectProxy();
        Serve("--proxy", line.Address);
        line.HoldsAnswers = true;
        var (run, grades) = Examine();
        run.ExitCode.ShouldBe(1);
        AllAreWell(grades, "home", "keys", "policy", "name", "proxy");
        grades["address"].ShouldBe(("failed", "vault.unreachable"));
        grades["vault"].ShouldBe(("failed", "doctor.slow"));
        grades.Count.ShouldBe(OfEach.Length + OfTheLine.Length + OfTheVault.Length);
    }

    [Fact]
    public void Doctor_BehindAProxyThatWantsAPassword_SaysSo()
    {
        Serve();
        using var proxy = new ConnectProxy("office:secret");
        _machine.Json("settings", "set", "proxy", proxy.Address).ExitCode.ShouldBe(0);
        var (_, grades) = Examine();
        AllAreWell(grades, "name", "proxy");
        grades["address"].ShouldBe(("failed", "proxy.password"));
        _machine.Json("settings", "set", "proxy", "127.0.0.1:9").ExitCode.ShouldBe(0);
        Examine().Grades["proxy"].ShouldBe(("failed", "proxy.unreachable"));
    }

    [Fact]
    public void Doctor_WithAVaultOfAnotherKey_BlamesTheCertificateAlone()
    {
        Serve();
        _vault!.Kill();
        File.Delete(Path.Combine(_vault.Data, "service", "certificate-and-key"));
        _vault.Start();
        var (_, grades) = Examine();
        AllAreWell(grades, "name", "proxy", "address");
        grades["certificate"].ShouldBe(("failed", "vault.certificate"));
    }

    [Fact]
    public void Doctor_WithLoosePermissions_NamesEach()
    {
        Serve();
        _machine.Shell("chmod 755 home; chmod 644 home/secrets/data-key; chmod 777 home/cache");
        var (_, grades) = Examine();
        grades["home"].ShouldBe(("warning", "home.open"));
        grades["keys"].ShouldBe(("failed", "secret.unsafe"));
        grades["cache"].ShouldBe(("failed", "cache.place"));
    }

    [Fact]
    public void Doctor_WithARegistrationThatCannotBeRead_LooksAtTheRest()
    {
        Serve();
        File.WriteAllText(Path.Combine(_machine.Home, "machine.json"), "{");
        var (run, grades) = Examine();
        run.ExitCode.ShouldBe(1);
        grades.Keys.ShouldBe(OfEach);
        grades["registration"].ShouldBe(("failed", "data.damaged"));
        AllAreWell(grades, "version", "home");
    }

    private void Serve(params string[] more)
    {
        _vault = new RunningVault();
        _vault.MakeCredentials();
        _machine.Write("a.txt", "a");
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        _machine.Json(["register", _vault.Credentials, "--passphrase-file", _machine.Passphrase, .. more])
            .ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
    }

    /// <summary>What was found, by name, in the order of the lines.</summary>
    private (Run Run, Dictionary<string, (string Grade, string Code)> Grades) Examine()
    {
        var run = _machine.Json("doctor");
        var checks = Checks(run).ToList();
        foreach (var check in checks) check.GetProperty("found").GetString().ShouldNotBeNullOrEmpty();
        bool isCured = checks.TrueForAll(check => check.GetProperty("grade").GetString() is not ("warning" or "failed")
            || check.GetProperty("code").GetString()!.Length > 0);
        isCured.ShouldBeTrue(run.ToString());
        return (run, checks.ToDictionary(
            check => check.GetProperty("name").GetString()!,
            check => (check.GetProperty("grade").GetString()!, check.GetProperty("code").GetString()!)));
    }

    private static IEnumerable<JsonElement> Checks(Run run) =>
        run.Events.Where(line => line.GetProperty("event").GetString() == "check");

    private static string FoundBy(Run run, string name) =>
        Checks(run).Single(check => check.GetProperty("name").GetString() == name).GetProperty("found").GetString()!;

    private static void AllAreWell(Dictionary<string, (string Grade, string Code)> grades, params string[] names) =>
        names.Where(name => grades[name].Grade is not ("ok" or "note")).ShouldBeEmpty();
}
