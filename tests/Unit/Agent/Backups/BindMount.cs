namespace Coffer.Unit.Agent.Backups;

/// <summary>Something that is mounted over another; the test is skipped where nothing may be mounted.</summary>
internal sealed class BindMount : IDisposable
{
    private readonly string _place;

    public BindMount(string what, string place)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        _place = place;
        if (Start("mount", "--bind", what, place) != 0) Assert.Skip("cannot mount here");
    }

    public void Dispose() => Start("umount", "-l", _place).ShouldBe(0);

    private static int Start(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
