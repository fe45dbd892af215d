namespace Coffer.EndToEnd.Telling;

/// <summary>A passphrase's file never claims to hold what is no longer in force.</summary>
public sealed class PassphraseTellingTests : IDisposable
{
    private readonly Machine _machine = new();

    public PassphraseTellingTests()
    {
        _machine.Write("a", "a");
        _machine.Json("protect", _machine.Data, "--vault", _machine.Vault).ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    private string Kept => Path.Combine(_machine.Home, "passphrase.txt");

    [Fact]
    public void Change_Generated_ReplacesTheFileAndPutsTheOldOneAside()
    {
        string before = File.ReadAllText(Kept);
        var change = _machine.Json("passphrase", "change", "--generate");
        change.ExitCode.ShouldBe(0, change.ToString());
        File.ReadAllText(Kept).ShouldNotBe(before);
        File.ReadAllText(change.Result.GetProperty("oldPassphraseFile").GetString()!).ShouldBe(before);
        _machine.Json("passphrase", "validate", "--passphrase-file", Kept).ExitCode.ShouldBe(0);
        _machine.Json("passphrase", "change", "--generate").ExitCode.ShouldBe(0);
        _machine.Json("passphrase", "validate", "--passphrase-file", Kept).ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(_machine.Home, "passphrase-new.txt")).ShouldBeFalse();
    }

    [Fact]
    public void Change_CutOff_IsToldByStatusAndCompletedByTheNext()
    {
        string staged = Path.Combine(_machine.Home, "passphrase-new.txt");
        File.WriteAllText(staged, "what a killed change left\n");
        _machine.Shell($"chmod 600 '{staged}'");
        string[] Warnings() => [
            .. _machine.Json("status").Events.Select(e => e.GetProperty("code").GetString()!)];

        Warnings().ShouldContain("passphrase.unsettled");
        _machine.Json("passphrase", "change", "--generate").ExitCode.ShouldBe(0);
        Warnings().ShouldNotContain("passphrase.unsettled");
        File.ReadAllText(Kept).ShouldBe("what a killed change left\n");
        _machine.Json("passphrase", "validate", "--passphrase-file", Kept).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Change_Given_LeavesNoFileThatClaimsToHoldIt()
    {
        File.WriteAllText(_machine.Passphrase, "another passphrase, longer");
        var change = _machine.Json("passphrase", "change", "--new-passphrase-file", _machine.Passphrase);
        change.ExitCode.ShouldBe(0, change.ToString());
        File.Exists(Kept).ShouldBeFalse();
        _machine.Json("status").Events.Select(e => e.GetProperty("code").GetString())
            .ShouldNotContain("passphrase.here");
        _machine.Json("passphrase", "change").Result.GetProperty("guidance").GetString()!
            .ShouldContain("--new-passphrase-file");
    }

    [Fact]
    public void Open_WithAPassphraseThatNoneCanBe_SaysThatItIsTheWrongOne()
    {
        File.WriteAllText(_machine.Passphrase, "short");
        var run = _machine.Json("ls", "--vault", _machine.Vault, "--passphrase-file", _machine.Passphrase);
        run.ExitCode.ShouldBe(2, run.ToString());
        run.Code.ShouldBe("passphrase.wrong");
        run.Result.GetProperty("message").GetString()!.ShouldEndWith(
            "one has at least 16 characters, this has 5.");
    }
}
