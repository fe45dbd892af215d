namespace Coffer.EndToEnd;

/// <summary>Several users of one machine. Run as root, which alone can become another.</summary>
public sealed class OtherUserTests : IDisposable
{
    private const string AsAnother = "setpriv --reuid 12345 --regid 12345 --clear-groups ";
    private readonly Machine _machine = new();

    public OtherUserTests()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "becoming another user needs root");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed");
        _machine.Shell("chmod 755 .; mkdir -m 777 theirs; mkdir theirs/data; echo x > theirs/data/x");
        _machine.Shell("chown -R 12345:12345 theirs; [ -x $coffer ] && " + AsAnother + "$coffer --version")
            .ExitCode.ShouldBe(0, "the command must lie where other users reach it");
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Command_OnRootsHomeAndVault_IsRefusedAndNamesTheOwner()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Shell("chmod 644 passphrase");
        Theirs("status --json").Code.ShouldBe("home.unreadable");
        const string Elsewhere = "--home theirs/home --vault vault --passphrase-file passphrase --json";
        foreach (string command in (string[])["ls / ", "protect theirs/data --new "])
        {
            var run = Theirs(command + Elsewhere);
            run.ExitCode.ShouldBe(4, run.ToString());
            run.Code.ShouldBe("store.owner");
            run.Result.GetProperty("message").GetString()!.ShouldContain("root");
        }

        Theirs("protect theirs/data --vault vault/sub --home theirs/home --json").Code.ShouldBe("store.owner");
    }

    [Fact]
    public void Root_InTheVaultOfAnotherUser_WritesWithThatUsersIds()
    {
        _machine.Shell("echo 'correct horse battery staple' > passphrase; chmod 644 passphrase");
        var made = Theirs(
            "protect theirs/data --home theirs/home --vault theirs/vault --passphrase-file passphrase --json");
        made.ExitCode.ShouldBe(0, made.ToString());
        _machine.Write("a", "a");
        var mine = _machine.Shell(
            "$coffer protect data --vault theirs/vault --new --passphrase-file passphrase --json");
        mine.ExitCode.ShouldBe(0, mine.ToString());
        _machine.Shell("find theirs/vault ! -user 12345").Output.ShouldBeEmpty();
        Theirs("backup --home theirs/home --json").ExitCode.ShouldBe(0);
        Theirs("verify --data --home theirs/home --json").ExitCode.ShouldBe(0);
    }

    private Run Theirs(string command) => _machine.Shell(AsAnother + "$coffer " + command);
}
