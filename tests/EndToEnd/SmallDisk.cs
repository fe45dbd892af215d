namespace Coffer.EndToEnd;

/// <summary>A file system in memory, mounted on a folder of a machine until disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly Machine _machine;
    private readonly string _folder;
    private bool _isMounted = true;

    private SmallDisk(Machine machine, string folder) => (_machine, _folder) = (machine, folder);

    /// <summary>Skips the test where nothing can be mounted.</summary>
    public static SmallDisk Mount(Machine machine, string folder, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        Directory.CreateDirectory(folder);
        if (machine.Start("mount", "-t", "tmpfs", "-o", $"size={size},mode=0755", "tmpfs", folder).ExitCode != 0)
            Assert.Skip("cannot mount here");
        return new SmallDisk(machine, folder);
    }

    public void Remount(string options) =>
        _machine.Start("mount", "-o", $"remount,{options}", _folder).ExitCode.ShouldBe(0);

    /// <summary>To the last block; gone again with <see cref="Empty"/>.</summary>
    public void Fill() => _machine.Shell(
        $"dd if=/dev/zero of='{_folder}/.fill' bs=1M; dd if=/dev/zero of='{_folder}/.rest' bs=4k");

    public void Empty() => _machine.Shell($"rm -f '{_folder}/.fill' '{_folder}/.rest'");

    /// <summary>As if it were pulled out: whoever has it open keeps what is open, the name is gone.</summary>
    public void PullOut()
    {
        _machine.Start("umount", "-l", _folder).ExitCode.ShouldBe(0);
        _isMounted = false;
    }

    public void Dispose()
    {
        if (_isMounted) _machine.Start("umount", "-l", _folder);
    }
}
