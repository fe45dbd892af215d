namespace Coffer.EndToEnd.Limits;

/// <summary>A disk of this machine's own, as far as the system tells: ext4 on a loop device.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly Machine _machine;
    private readonly string _image;
    private bool _isMounted;

    private LoopDisk(Machine machine, string folder) =>
        (_machine, Folder, _image) = (machine, folder, folder + ".img");

    public string Folder { get; }

    /// <summary>Skips the test where none can be made.</summary>
    public static LoopDisk Make(Machine machine, string name, string size)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        var disk = new LoopDisk(machine, machine.At(name));
        var made = machine.Shell(
            $"mkdir {name} && truncate -s {size} {name}.img && mkfs.ext4 -q -m 0 {name}.img");
        if (made.ExitCode != 0) Assert.Skip($"no mkfs.ext4: {made}");
        if (!disk.TryMount()) Assert.Skip("cannot mount from a loop device here");
        return disk;
    }

    public void Mount() => TryMount().ShouldBeTrue();

    public void Unmount()
    {
        _machine.Start("umount", Folder).ExitCode.ShouldBe(0);
        _isMounted = false;
    }

    public void Fill() => _machine.Shell(
        $"dd if=/dev/zero of='{Folder}/.fill' bs=1M; dd if=/dev/zero of='{Folder}/.rest' bs=1k");

    public void Empty() => _machine.Shell($"rm -f '{Folder}/.fill' '{Folder}/.rest'");

    public void Dispose()
    {
        if (_isMounted) _machine.Start("umount", "-l", Folder);
    }

    private bool TryMount() =>
        _isMounted = _machine.Start("mount", "-o", "loop", _image, Folder).ExitCode == 0;
}
