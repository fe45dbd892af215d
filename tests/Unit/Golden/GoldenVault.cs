using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Browsing;
using Coffer.Agent.Registration;
using Coffer.Agent.Restores;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Backups;
using Coffer.Unit.FileSystem;
using Coffer.Unit.Vault;
using Coffer.Vault;

namespace Coffer.Unit.Golden;

/// <summary>
/// A copy of the vault that Coffer wrote when its format had version 1. That one is never made anew: every later
/// version must read it as it is.
/// </summary>
internal sealed class GoldenVault : IDisposable
{
    public const string Passphrase = "a golden passphrase, the second";

    /// <summary>Where the data lay; the points say so.</summary>
    public const string MountPath = "/golden";

    private const string Name = "version-1";

    public GoldenVault()
    {
        Fixture.Opened = Path.Combine(Fixture.Root, "golden");
        Directory.CreateDirectory(Fixture.Opened);
        using var file = File.OpenRead(Path.Combine(Folder, Name + ".tar.gz"));
        using var plain = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(plain, Fixture.Opened, overwriteFiles: false);
        Expected = File.ReadAllLines(Path.Combine(Folder, Name + ".txt"));
        Fixture.Time.Move(TimeSpan.FromDays(60)); // when it was made is long ago
    }

    public static bool HasOwners => Environment.IsPrivilegedProcess;

    /// <summary>Beside the sources: nobody who builds needs a copy.</summary>
    public static string Folder
    {
        get
        {
            string? root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root!, "Coffer.slnx"))) root = Path.GetDirectoryName(root);
            return Path.Combine(root!, "tests", "Unit", "Golden");
        }
    }

    public VaultFixture Fixture { get; } = new();

    public IReadOnlyList<string> Expected { get; }

    public Task<EmbeddedVault> OpenAsync() => Fixture.OpenAsync();

    /// <summary>Points and what each gives back, in the form of <see cref="Expected"/>.</summary>
    /// <param name="count">Of the oldest points.</param>
    public static async Task<List<string>> ReadAsync(IVault vault, int count = int.MaxValue)
    {
        using var keys = await KeyOpening.OpenAnyAsync(vault, Passphrase, default);
        await using var frames = await vault.OpenReaderAsync(keys.Keyspace, default);
        using var pages = new PageReader(frames, keys);
        var lines = new List<string>();
        foreach (var point in (await vault.ListPointsAsync(new PointFilter(), default)).Take(count))
        {
            lines.Add($"point {point.Id} {point.Sequence} {point.State} {(point.IsHeld ? "held" : "free")}"
                + $" {point.ReceivedAt:u} {point.Statistics.Files} files");
            using var target = new TempFolder();
            await RestoreAsync(pages, point, target.Path);
            lines.AddRange(GoldenTree.Look(target.At(MountPath[1..]), HasOwners).Select(line => "  " + line));
        }
        return lines;
    }

    /// <summary>One backup of a folder, of the data source of the golden points.</summary>
    public static Task<BackupResult> BackUpAsync(
        EmbeddedVault vault, KeyspaceKeys keys, SourceId source, string folder, string cache,
        IProgress<BackupProgress>? progress = null, TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        byte[] mount = Encoding.UTF8.GetBytes(folder);
        var machine = vault.ListServersAsync(default).GetAwaiter().GetResult().Single().Id;
        var request = new BackupRequest
        {
            Vault = vault,
            Keys = keys,
            Machine = machine,
            MachineName = "golden",
            Source = new BackupSource(
                source, MountPath, mount, new VolumeDescription("ext4", "", "", "/"u8.ToArray(), mount), [mount],
                KeepsInodes: true, IsNetwork: false),
            Job = JobId.New(),
            CacheFolder = cache,
            PolicyJson = """{"version":1}""",
            Filter = new BackupScenario.NothingExcluded(),
            Time = time ?? TimeProvider.System,
        };
        return BackupRun.RunAsync(
            request, progress ?? new BackupScenario.CallbackProgress(_ => { }), cancellationToken);
    }

    public void Dispose() => Fixture.Dispose();

    private static async Task RestoreAsync(PageReader pages, PointDescription point, string target)
    {
        var request = new RestoreRequest
        {
            Points = new PointTree([await PointBrowser.OpenAsync(pages, point, default)]),
            Paths = [Encoding.UTF8.GetBytes(MountPath)],
            TargetFolder = Encoding.UTF8.GetBytes(target),
        };
        var result = await new RestoreRun(request, TimeProvider.System).RunAsync(null, default);
        if (HasOwners) result.Findings.ShouldBeEmpty();
    }
}
