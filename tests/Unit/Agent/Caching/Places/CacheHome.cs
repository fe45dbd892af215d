using System.Text;
using Coffer.Agent.Caching.Places;
using Coffer.Agent.Homes;
using Coffer.FileSystem.Mounts;

namespace Coffer.Unit.Agent.Caching.Places;

/// <summary>A home with a cache of two sources, on a machine that has one local disk.</summary>
internal sealed class CacheHome : IDisposable
{
    public static readonly string[] Sources = [new('a', 32), new('b', 32)];

    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-cache-").FullName;

    public CacheHome()
    {
        Home.Prepare();
        Fill(Home.DefaultCacheFolder);
    }

    public AgentHome Home => new(At("home"));

    public string New => At("new");

    public static MountPlan NoPlan => MountPlan.Parse(""u8);

    public string At(string name) => Path.Combine(_folder, name);

    public static MountTable Disk(params string[] more) => MountTable.Parse(Encoding.UTF8.GetBytes(string.Join('\n',
        more.Select((line, i) => $"{100 + i} 1 {line}").Prepend("1 0 4095:0 / / rw - ext4 /dev/none rw"))));

    public CacheMoveResult Move(string? folder, Action<string>? passed = null) =>
        new CacheMove(Home, Disk(), NoPlan, null, passed).Run(folder, TestContext.Current.CancellationToken);

    public static void Fill(string folder)
    {
        foreach (string source in Sources.Append($"seed/{Sources[0]}"))
        {
            string part = Directory.CreateDirectory(Path.Combine(folder, source)).FullName;
            File.WriteAllText(Path.Combine(part, "listing"), $"listing of {source}");
            File.WriteAllText(Path.Combine(part, "bundles.plan"), "");
            File.WriteAllText(Path.Combine(part, "sequence"), "7");
            File.WriteAllBytes(Path.Combine(part, "contents"), new byte[(1 << 20) + 17]);
        }

        Chmod("700", folder);
    }

    /// <summary>Whether a folder holds what <see cref="Fill"/> wrote.</summary>
    public static bool IsWhole(string folder) => Sources.Append($"seed/{Sources[0]}").All(source =>
    {
        string part = Path.Combine(folder, source);
        return File.Exists(Path.Combine(part, "contents"))
            && File.ReadAllText(Path.Combine(part, "listing")) == $"listing of {source}"
            && File.ReadAllText(Path.Combine(part, "sequence")) == "7"
            && new FileInfo(Path.Combine(part, "contents")).Length == (1 << 20) + 17
            && File.Exists(Path.Combine(part, "bundles.plan"));
    });

    public static void Chmod(string mode, string path)
    {
        using var process = System.Diagnostics.Process.Start("chmod", [mode, path]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    public static UnixFileMode ModeOf(string path) => new FileInfo(path).UnixFileMode;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
