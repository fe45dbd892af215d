namespace Coffer.EndToEnd;

/// <summary>Where nobody reads, where it is full, and what a terminal must never get to see.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly Machine _machine = new();

    public OutputTests()
    {
        _machine.Shell("for i in $(seq 3000); do echo $i > data/f$i; done");
        _machine.Shell("printf x > \"data/$(printf 'a\\033[31mb\\nc')\"");
        _machine.Protect().ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Command_OutputClosedOrFull_EndsWithoutAStackTrace()
    {
        foreach (var (script, exitCode) in ((string, int)[])
        [
            ("$coffer backup >&-", 0), ("$coffer backup >&- 2>&- <&-", 0), ("$coffer status 2>&-", 0),
            ("$coffer --help >&-", 0), ("$coffer ls /nowhere 2>/dev/full", 2), ("$coffer backup > /dev/full 2>&1", 1),
            ("$coffer ls -R / > /dev/full", 1), ("$coffer ls -R / --json > /dev/full", 1),
            ("$coffer --version > /dev/full", 1), ("$coffer --help > /dev/full", 1),
        ])
        {
            var run = _machine.Shell(script);
            run.ExitCode.ShouldBe(exitCode, script + run);
            run.Errors.ShouldNotContain("   at ", Case.Sensitive, script);
        }

        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Ls_ReaderThatGoesAway_EndsQuietly()
    {
        var run = _machine.Shell("{ $coffer ls -R /; echo \"rc $?\" >&2; } | head -1");
        run.Errors.ShouldBe("rc 0\n");
    }

    [Fact]
    public void Text_NamesAndArgumentsWithControls_AreNeverRaw()
    {
        foreach (string script in (string[])
        [
            "$coffer ls data", "$coffer find '*b*'", "$coffer ls --at \"$(printf '\\033[2J')\"",
            "$coffer \"$(printf 'x\\033[2J')\"", "$coffer points --vault \"$(printf '/x\\033]0;t\\007')\"",
            "$coffer restore \"data/$(printf 'a\\033[31mb\\nc')\"",
        ])
        {
            var run = _machine.Shell(script);
            (run.Output + run.Errors).Where(c => char.IsControl(c) && c != '\n').ShouldBeEmpty(script);
            (run.Output + run.Errors).ShouldNotBeEmpty();
        }
    }
}
