namespace Coffer.Unit.Agent.Backups;

/// <summary>A folder that is a small file system of its own; the test is skipped where none may be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;
    private readonly string _filler;

    public SmallDisk(string folder, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        (_folder, _filler) = (folder, Path.Combine(folder, "filler"));
        _ = Directory.CreateDirectory(folder);
        if (Start("mount", "-t", "tmpfs", "-o", $"size={size},mode=700", "tmpfs", folder) != 0)
            Assert.Skip("cannot mount here");
    }

    /// <summary>Leaves not a byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, 1);
        var bytes = new byte[1 << 12];
        try
        {
            while (true) file.Write(bytes);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Empty() => File.Delete(_filler);

    public void Dispose() => Start("umount", "-l", _folder).ShouldBe(0);

    private static int Start(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
