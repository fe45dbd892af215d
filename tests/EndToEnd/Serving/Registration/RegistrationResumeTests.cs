namespace Coffer.EndToEnd.Serving.Registration;

/// <summary>A registration whose process is killed, and the same command again.</summary>
public sealed class RegistrationResumeTests : IDisposable
{
    private readonly RunningVault _vault = new();
    private readonly Machine _machine = new();
    private readonly ConnectProxy _line = new();

    public void Dispose()
    {
        _line.Dispose();
        _machine.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void Register_KilledBetweenPassphraseAndKeys_GoesOnWithThePassphraseThatWasMade()
    {
        _vault.MakeCredentials();
        Kill(() => File.Exists(PassphraseFile));
        File.Exists(Pending).ShouldBeFalse("the keys take longer than that");
        string made = File.ReadAllText(PassphraseFile);
        GoesOn();
        File.ReadAllText(PassphraseFile).ShouldBe(made);
    }

    [Fact]
    public void Register_KilledBeforeTheVaultHasAnswered_GoesOnAndLeavesOneServer()
    {
        _vault.MakeCredentials();
        Kill(() => File.Exists(Pending));
        var status = _machine.Json("status");
        status.ExitCode.ShouldBe(0);
        GoesOn();
        Servers().ShouldBe(1);
    }

    [Fact]
    public void Register_KilledAfterTheVaultTookItIn_GoesOnAsThatServer()
    {
        _vault.MakeCredentials();
        // The line passes what the agent asks, and from the keys on nothing of what the vault answers.
        Kill(() =>
        {
            if (File.Exists(PassphraseFile)) _line.HoldsAnswers = true;
            return _line.HasHeld && Servers() > 0;
        });
        var status = _machine.Json("status");
        status.Result.GetProperty("isRegistered").GetBoolean().ShouldBeFalse();
        status.Result.GetProperty("isRegistering").GetBoolean().ShouldBeTrue();
        GoesOn();
        Servers().ShouldBe(1);
    }

    [Fact]
    public void Register_AfterAKillWithAnotherPassphrase_BeginsAnewAndThatOneOpens()
    {
        _vault.MakeCredentials();
        Kill(() => File.Exists(Pending));
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        _machine.Write("a.txt", "a");
        Register("--passphrase-file", _machine.Passphrase).ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
        _machine.Json("passphrase", "validate", "--passphrase-file", _machine.Passphrase).ExitCode.ShouldBe(0);
    }

    private string PassphraseFile => Path.Combine(_machine.Home, "passphrase.txt");

    private string Pending => Path.Combine(_machine.Home, "registration.json");

    private void Kill(Func<bool> when)
    {
        var running = new RunningCoffer(_machine, "register", _vault.Credentials, "--proxy", _line.Address);
        running.WaitUntil(when);
        running.Kill();
        _line.HoldsAnswers = false;
        File.Exists(Path.Combine(_machine.Home, "machine.json")).ShouldBeFalse("it was killed too late");
    }

    private void GoesOn()
    {
        var run = Register();
        run.ExitCode.ShouldBe(0, run.ToString());
        _machine.Write("a.txt", "a");
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
        _machine.Json("passphrase", "validate", "--passphrase-file", PassphraseFile).ExitCode.ShouldBe(0);
        File.Exists(Pending).ShouldBeFalse();
    }

    private Run Register(params string[] more) =>
        _machine.Json(["register", _vault.Credentials, "--proxy", _line.Address, .. more]);

    /// <summary>Records of machines that the vault's store holds.</summary>
    private int Servers() => Directory
        .GetFiles(Path.Combine(_vault.Data, "store", "records"), "*-machine*", SearchOption.AllDirectories).Length;
}
