namespace Coffer.EndToEnd.Fidelity;

/// <summary>An empty file system of a kind, made for one test and unmounted after it.</summary>
internal sealed class ScratchVolume : IAsyncDisposable
{
    private readonly string? _image;

    private ScratchVolume(string mountPoint, string? image) => (MountPoint, _image) = (mountPoint, image);

    public string MountPoint { get; }

    /// <summary>Skips the test where this machine cannot make one.</summary>
    public static async Task<ScratchVolume> MakeAsync(string kind, string folder, string name)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("needs root: file systems are mounted");
        string mountPoint = Path.Combine(folder, name);
        Directory.CreateDirectory(mountPoint);
        if (kind == "tmpfs")
        {
            Need(await RunAsync("mount", "-t", "tmpfs", "-o", "size=1g,mode=755", "none", mountPoint), "no tmpfs");
            return new ScratchVolume(mountPoint, null);
        }

        string image = mountPoint + ".img";
        using (var file = File.Create(image)) file.SetLength(1L << 30);
        string[] options = kind == "btrfs" ? ["-q", "-f", image] : ["-q", image];
        Need(await RunAsync("mkfs." + kind, options), $"no mkfs.{kind}");
        Need(await RunAsync("mount", "-o", "loop", image, mountPoint), $"cannot mount {kind} from a loop device");
        return new ScratchVolume(mountPoint, image);
    }

    public async ValueTask DisposeAsync()
    {
        var outcome = await CommandLine.RunAsync("umount", MountPoint);
        // Something of a failed test still has a file open: it is gone with that.
        if (outcome.ExitCode != 0) await CommandLine.RunAsync("umount", "-l", MountPoint);
        if (_image is not null) File.Delete(_image);
    }

    private static async Task<CommandOutcome> RunAsync(string program, params string[] arguments)
    {
        try
        {
            return await CommandLine.RunAsync(program, arguments);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new CommandOutcome(127, "", e.Message);
        }
    }

    private static void Need(CommandOutcome outcome, string otherwise)
    {
        if (outcome.ExitCode != 0) Assert.Skip($"{otherwise}: {outcome.All.Trim()}");
    }
}

/// <summary>A folder for one test, under the machine's own temporary one.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("coffer-fidelity-").FullName;

    public string Home => System.IO.Path.Combine(Path, "home");

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
