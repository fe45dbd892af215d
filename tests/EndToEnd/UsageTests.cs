using System.Text.Json;

namespace Coffer.EndToEnd;

public sealed class UsageTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("protect")]
    [InlineData("backup")]
    [InlineData("status")]
    [InlineData("policy")]
    [InlineData("policy remove")]
    [InlineData("policy preview")]
    [InlineData("policy add")]
    [InlineData("policy exclude")]
    [InlineData("setup")]
    [InlineData("point extend")]
    [InlineData("point")]
    [InlineData("point show")]
    [InlineData("ls")]
    [InlineData("find")]
    [InlineData("versions")]
    [InlineData("diff")]
    [InlineData("restore")]
    [InlineData("verify")]
    [InlineData("vault")]
    [InlineData("vault show")]
    [InlineData("vault check")]
    [InlineData("vault scrub")]
    [InlineData("vault collect")]
    [InlineData("vault recover")]
    [InlineData("vault time")]
    [InlineData("vault time confirm")]
    [InlineData("job")]
    [InlineData("job show")]
    [InlineData("passphrase")]
    [InlineData("passphrase generate")]
    [InlineData("passphrase validate")]
    [InlineData("passphrase change")]
    [InlineData("register")]
    [InlineData("settings")]
    [InlineData("settings show")]
    [InlineData("settings set")]
    [InlineData("settings set proxy")]
    [InlineData("doctor")]
    [InlineData("diagnostics")]
    public void Help_OfEachCommand_HasAnExample(string command)
    {
        var run = _machine.Coffer([.. command.Split(' '), "--help"]);
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("Examples:");
        run.Output.ShouldContain("coffer " + command.Split(' ')[0]);
    }

    [Theory]
    [InlineData("settings set proxy foo", "proxy.address", "http://HOST:PORT")]
    [InlineData("settings set proxy socks5://foo:1080", "proxy.address", "http://HOST:PORT")]
    [InlineData("settings set local-points", "usage", "coffer settings set local-points 2")]
    [InlineData("policy set", "usage", "coffer policy set --at 06:00,18:00")]
    public void Command_WithoutWhatItNeeds_IsWrongUsageWithAnExample(string command, string code, string example)
    {
        var run = _machine.Json(command.Split(' '));
        (run.ExitCode, run.Code).ShouldBe((2, code), run.ToString());
        run.Result.GetProperty("guidance").GetString()!.ShouldContain(example);
    }

    [Fact]
    public void Restore_LocalFromAFileSystemWithoutSnapshots_SaysSo()
    {
        var run = _machine.Json("restore", "--local", "/proc/version");
        (run.ExitCode, run.Code).ShouldBe((2, "local-point.volume"), run.ToString());
        run.Result.GetProperty("message").GetString()!.ShouldContain("lies on proc (/proc)");
    }

    [Fact]
    public void Argument_ThatBeginsWithAnAt_IsNoFileOfOptions()
    {
        _machine.Write("@eaDir/thumb", "t");
        _machine.Write("a", "a");
        _machine.Write("options", "--home /nowhere");
        _machine.Protect("--exclude", "@eaDir/").ExitCode.ShouldBe(0);
        _machine.Json("ls", _machine.Data).Output.ShouldNotContain("@eaDir");
        var run = _machine.Json("policy", "exclude", "@" + _machine.At("data/options"));
        run.ExitCode.ShouldBe(0, run.ToString());
        _machine.Json("policy").Output.ShouldContain("data/options");
    }

    [Theory]
    [InlineData("help", "diff <POINT> <POINT2> [PATH]")]
    [InlineData("help restore", "coffer restore /home/ann")]
    [InlineData("help job", "show [JOB]")]
    public void Help_AsAWord_IsTheHelpOption(string line, string expected)
    {
        var run = _machine.Coffer(line.Split(' '));
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain(expected);
        _machine.Coffer("help", "restor").Errors.ShouldContain("Did you mean `restore`?");
    }

    [Theory]
    [InlineData("restore", "Name PATH (files and folders as they were): `coffer restore PATH`.")]
    [InlineData("diff abcd", "`coffer diff POINT POINT2 [PATH]`.")]
    [InlineData("restore /x --if-exists maybe", "--if-exists takes copy, overwrite or skip.")]
    public void Message_OfAWrongLine_SaysWhatToName(string line, string expected) =>
        _machine.Json(line.Split(' ')).Result.GetProperty("message").GetString()!.ShouldEndWith(expected);

    [Fact]
    public void Message_OfAnOptionWithoutItsValue_SaysWhatItNeeds() =>
        _machine.Coffer("restore", "/x", "--to").Errors.ShouldContain("error: --to needs DIR after it.");

    [Fact]
    public void Home_WithoutHomeVariable_IsRefused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "becoming another user needs root");
        Assert.SkipUnless(File.Exists("/usr/bin/setpriv"), "setpriv is not installed");
        var run = _machine.Shell("env -u COFFER_HOME -u XDG_DATA_HOME HOME= "
            + "setpriv --reuid 12345 --regid 12345 --clear-groups $coffer status --json");
        run.ExitCode.ShouldBe(2, run.ToString());
        run.Code.ShouldBe("home.unknown");
    }

    [Theory]
    [InlineData("stauts", "status")]
    [InlineData("bakcup", "backup")]
    [InlineData("restor", "restore")]
    public void Command_Mistyped_SuggestsTheNearest(string typed, string meant)
    {
        var run = _machine.Coffer(typed);
        run.ExitCode.ShouldBe(2);
        run.Errors.ShouldContain($"Did you mean `{meant}`?");
    }

    [Fact]
    public void Option_Unknown_IsUsage()
    {
        var run = _machine.Json("backup", "--fsat");
        run.ExitCode.ShouldBe(2);
        run.Result.GetProperty("result").GetString().ShouldBe("usage");
    }

    [Fact]
    public void Status_WithoutAHome_SaysHowToBeginAndMakesNothing()
    {
        var run = _machine.Coffer();
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("coffer protect");
        Directory.Exists(_machine.Home).ShouldBeFalse();
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("ls")]
    [InlineData("job")]
    [InlineData("verify")]
    public void Command_OnAMachineThatIsNotRegistered_SaysSo(string command)
    {
        var run = _machine.Json(command);
        run.ExitCode.ShouldBe(2, run.ToString());
        run.Code.ShouldBe("machine.unregistered");
    }

    [Fact]
    public void Json_OfEveryLine_IsOneObjectAndTheLastIsTheResult()
    {
        _machine.Write("a", "a");
        var run = _machine.Protect();
        foreach (string line in run.Output.TrimEnd('\n').Split('\n'))
            JsonDocument.Parse(line).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        run.Result.GetProperty("result").GetString().ShouldBe("completed");
        run.Result.GetProperty("exitCode").GetInt32().ShouldBe(0);
        run.Result.GetProperty("files").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Passphrase_Generated_KeepsTheRules()
    {
        string passphrase = _machine.Json("passphrase", "generate").Result.GetProperty("passphrase").GetString()!;
        File.WriteAllText(_machine.Passphrase, passphrase);
        _machine.Json("passphrase", "validate", "--standalone", "--passphrase-file", _machine.Passphrase)
            .ExitCode.ShouldBe(0);
    }

    [Fact]
    public void PassphraseChange_NewOneOpensAndOldDoesNot()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        string file = _machine.At("new");
        File.WriteAllText(file, "another passphrase, longer");
        _machine.Json("passphrase", "change", "--new-passphrase-file", file).ExitCode.ShouldBe(0);
        _machine.Json("passphrase", "validate", "--passphrase-file", file).ExitCode.ShouldBe(0);
        _machine.Json(
            "passphrase", "validate", "--passphrase-file", _machine.Passphrase).Code.ShouldBe("passphrase.wrong");
        var run = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"), "--vault", _machine.Vault,
            "--passphrase-file", file, "--home", _machine.At("nohome"));
        run.ExitCode.ShouldBe(0, run.ToString());
    }

    [Theory]
    [InlineData("restore /x --to --dry-run", "usage.value")]
    [InlineData("ls --point --home", "usage.value")]
    [InlineData("restore /x --to=", "usage.empty")]
    [InlineData("ls|", "usage.empty")]
    [InlineData("restore /x --to|", "usage.empty")]
    [InlineData("restore /x --if-exists maybe", "usage")]
    [InlineData("restore", "usage")]
    [InlineData("ls --at", "usage.value")]
    public void Value_MissingOrEmpty_IsUsageAndTouchesNothing(string line, string code)
    {
        var run = _machine.Json([.. line.Split(' ', '|')]);
        run.ExitCode.ShouldBe(2, run.ToString());
        run.Code.ShouldBe(code);
        run.Result.GetProperty("message").GetString()!.ShouldNotContain("\n");
        run.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void At_TimesOfAllKinds_AreReadOrRefused()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        foreach (string time in (string[])
            ["yesterday", "12:00", "03/04/2026", "2026-13-01", "9999-12-31", "2026-03-01T12:00:00+99:00"])
            _machine.Json("ls", "--at", time).Code.ShouldBe("time.unreadable", time);
        foreach (string time in (string[])
            ["2001-01-01", "2001-01-01T12:00:00+01:00", "2001-01-01 12:00", "2001-01-01 12:00:30Z"])
            _machine.Json("ls", "--at", time).Code.ShouldBe("point.none-at", time);
        _machine.Json("ls", "--at", "9998-12-31T23:59Z").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Restore_IntoHomeCacheOrVault_IsRefused()
    {
        _machine.Write("a", "a");
        _machine.Protect().ExitCode.ShouldBe(0);
        _machine.Shell("ln -s vault link");
        foreach (string target in (string[])["vault", "vault/sub/new", "home/cache", "home", "link", "link/new"])
        {
            var run = _machine.Json("restore", _machine.Data, "--to", _machine.At(target));
            run.ExitCode.ShouldBe(4, target + run);
            run.Code.ShouldBe("restore.own");
        }
    }
}
