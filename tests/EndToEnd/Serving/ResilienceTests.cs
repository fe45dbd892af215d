using System.Security.Cryptography;

namespace Coffer.EndToEnd.Serving;

/// <summary>What goes wrong between a machine and its vault in the middle of the work, and how that goes on.</summary>
public sealed class ResilienceTests : IDisposable
{
    private const string Secret = "correct horse battery staple";

    private readonly CutLine _line = new();
    private readonly RunningVault _vault;
    private readonly Machine _machine = new();

    public ResilienceTests()
    {
        _vault = new RunningVault(_line.Address);
        _line.Target = _vault.Port;
    }

    private string Big => Path.Combine(_machine.Data, "big");

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
        _line.Dispose();
    }

    [Fact]
    public void Backup_VaultKilledAndStartedAnew_GoesOnByItself()
    {
        ProtectBig(150);
        var running = new RunningCoffer(_machine, "backup");
        running.WaitUntil(() => _vault.Packs() > 0);
        _vault.Kill();
        _vault.Start();
        ShouldBeWhole(running.End());
    }

    [Fact]
    public void Backup_VaultAwayInTheMiddle_SaysThatItWaitsAndThatItIsBack()
    {
        ProtectBig(50);
        // So much less than any machine sends that it is held back whenever it is looked at.
        _machine.Json("settings", "set", "throttle", "20Mbps").ExitCode.ShouldBe(0);
        var running = new RunningCoffer(_machine, "backup");
        running.WaitFor("\"throttledTo\":20000000");
        var watching = new RunningCoffer(_machine, "job", "watch");
        watching.WaitFor("\"throttledTo\":20000000");
        _vault.Kill();
        running.WaitFor("\"event\":\"waiting\"");
        _vault.Start();
        running.WaitFor("\"event\":\"answering\"");
        var backup = running.End();
        watching.End().ExitCode.ShouldBe(0);
        ShouldBeWhole(backup);
    }

    [Fact]
    public void Restore_VaultKilledAndStartedAnew_GoesOnByItself()
    {
        ProtectBig(150);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        var running = new RunningCoffer(_machine, "restore", _machine.Data, "--to", _machine.At("out"));
        running.WaitUntil(() => Directory.Exists(_machine.At("out/data")));
        _vault.Kill();
        _vault.Start();
        var run = running.End();
        run.ExitCode.ShouldBe(0, run.ToString());
        ShouldBeEqual("out");
    }

    [Fact]
    public void Backup_LineCutInTheMiddleOfBodies_GoesOnByItself()
    {
        ProtectBig(100);
        _line.CutEvery(20_000_000, times: 3);
        ShouldBeWhole(_machine.Json("backup"));
        _line.Cuts.ShouldBe(3);
    }

    [Fact]
    public void Restore_LineCutInTheMiddleOfBodies_GoesOnByItself()
    {
        ProtectBig(60);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _line.CutEvery(10_000_000, times: 3);
        var run = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        run.ExitCode.ShouldBe(0, run.ToString());
        _line.Cuts.ShouldBe(3);
        ShouldBeEqual("out");
    }

    [Fact]
    public void Verify_LineCutInTheMiddle_FindsNothingWrong()
    {
        ProtectBig(60);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _line.CutEvery(10_000_000, times: 3);
        var run = _machine.Json("verify", "--data");
        run.ExitCode.ShouldBe(0, run.ToString());
        _line.Cuts.ShouldBe(3);
    }

    [Fact]
    public async Task Backup_CablePulledForAWhile_GoesOnOnceItIsBack()
    {
        ProtectBig(100);
        var running = new RunningCoffer(_machine, "backup");
        running.WaitUntil(() => _vault.Packs() > 0);
        _line.Pull();
        // Down for so long; nothing is measured by it.
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        _line.PlugIn();
        ShouldBeWhole(running.End());
    }

    [Fact]
    public void Backup_CertificateChangedInTheMiddle_IsToldAndTheNextGoesOnWithTheNewFile()
    {
        ProtectBig(150);
        var running = new RunningCoffer(_machine, "backup");
        running.WaitUntil(() => _vault.Packs() > 0);
        _vault.Kill();
        _vault.DropCertificate();
        _vault.Start();
        var cut = running.End();
        (cut.ExitCode, cut.Code).ShouldBe((1, "vault.certificate"), cut.ToString());

        _vault.MakeCredentials();
        var unasked = _machine.Json("register", _vault.Credentials);
        (unasked.ExitCode, unasked.Code).ShouldBe((2, "vault.pin-unconfirmed"), unasked.ToString());
        _machine.Json("backup").Code.ShouldBe("vault.certificate");
        _machine.Json("register", _vault.Credentials, "--yes").ExitCode.ShouldBe(0);
        ShouldBeWhole(_machine.Json("backup"));
    }

    private void ProtectBig(int megabytes)
    {
        _machine.Write("small.txt", "small");
        File.WriteAllBytes(Big, RandomNumberGenerator.GetBytes(megabytes << 20));
        File.WriteAllText(_machine.Passphrase, Secret + "\n");
        _vault.MakeCredentials();
        var registered = _machine.Json("register", _vault.Credentials, "--passphrase-file", _machine.Passphrase);
        registered.ExitCode.ShouldBe(0, registered.ToString());
        _machine.Json("protect", _machine.Data, "--no-backup").ExitCode.ShouldBe(0);
    }

    private void ShouldBeWhole(Run backup)
    {
        backup.ExitCode.ShouldBe(0, backup.ToString());
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("back")).ExitCode.ShouldBe(0);
        ShouldBeEqual("back");
    }

    private void ShouldBeEqual(string target) =>
        _machine.Start("diff", "-r", _machine.Data, _machine.At(target + "/data")).ShouldSatisfyAllConditions(
            run => run.Output.ShouldBeEmpty(), run => run.ExitCode.ShouldBe(0));
}
