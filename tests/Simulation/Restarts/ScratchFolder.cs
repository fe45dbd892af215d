namespace Coffer.Simulation.Restarts;

/// <summary>A folder of its own, in memory where there is such a place: the real disk is not what is tested.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private static int s_count;

    private readonly string _path;

    static ScratchFolder()
    {
        // Copies of databases, which the vault puts into the system's folder for such, lie in memory as well.
        if (Directory.Exists("/dev/shm")) Environment.SetEnvironmentVariable("TMPDIR", "/dev/shm");
    }

    public ScratchFolder()
    {
        int number = Interlocked.Increment(ref s_count);
        _path = Directory.CreateDirectory(Path.Combine(
            Path.GetTempPath(), $"coffer-simulation-{Environment.ProcessId}-{number}")).FullName;
    }

    public string Make(string name) => Directory.CreateDirectory(Path.Combine(_path, name)).FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
