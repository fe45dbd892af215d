using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Caching;
using Coffer.Agent.Nodes;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Doubles;

namespace Coffer.Unit.Agent.Backups;

/// <summary>A tree on disk, a vault in memory, and runs over them with a clock that can be put ahead.</summary>
public abstract class BackupScenario : IDisposable
{
    /// <param name="isInMemory">On tmpfs, where there is one.</param>
    private protected BackupScenario(bool isInMemory = false)
    {
        Folder = isInMemory && Directory.Exists("/dev/shm")
            ? Directory.CreateDirectory($"/dev/shm/coffer-backup-{Guid.NewGuid():n}").FullName
            : Directory.CreateTempSubdirectory("coffer-backup-").FullName;
        _ = Directory.CreateDirectory(Data);
    }

    private protected string Folder { get; }

    private protected KeyspaceKeys Keys { get; } = KeyspaceKeys.New();

    private protected MemoryVault Vault { get; } = new();

    private protected SourceId Source { get; } = SourceId.New();

    private protected MachineId Machine { get; } = MachineId.New();

    private protected AheadTime Time { get; } = new();

    private protected string Data => Path.Combine(Folder, "data");

    private protected string Cache => Path.Combine(Folder, "cache");

    public void Dispose()
    {
        Keys.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<BackupResult> RunAsync() => RunAsync(new CallbackProgress(_ => { }), CancellationToken.None);

    private protected Task<BackupResult> RunAsync(string[] paths) =>
        BackupRun.RunAsync(Request(paths), new CallbackProgress(_ => { }), CancellationToken.None);

    private protected Task<BackupResult> RunAsync(
        IProgress<BackupProgress> progress, CancellationToken cancellationToken) =>
        BackupRun.RunAsync(Request([""]), progress, cancellationToken);

    private protected BackupRequest Request(string[] paths) => new()
    {
        Vault = Vault,
        Keys = Keys,
        Machine = Machine,
        MachineName = "test",
        Source = new BackupSource(
            Source,
            Data,
            Encoding.UTF8.GetBytes(Data),
            new VolumeDescription("ext4", "", "", "/"u8.ToArray(), Encoding.UTF8.GetBytes(Data)),
            [.. paths.Select(p => Encoding.UTF8.GetBytes(p.Length == 0 ? Data : $"{Data}/{p}"))],
            KeepsInodes: true,
            IsNetwork: false),
        Job = JobId.New(),
        CacheFolder = Cache,
        Filter = new NothingExcluded(),
        Time = Time,
    };

    private protected void Write(string name, int length)
    {
        string path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var bytes = new byte[length];
        new Random(name.Aggregate(length, (sum, c) => (sum * 31) + c)).NextBytes(bytes);
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Lets the run's clock stand past the moment in which a file still counts as unsettled.</summary>
    private protected void Age() => Time.Ahead = TimeSpan.FromMinutes(1);

    private protected static void Process(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private protected ObjectId[] References(PointDescription point)
    {
        byte[] frame = Vault.Points[point.Id];
        return [FrameHeader.ReferenceOf(frame, 0), FrameHeader.ReferenceOf(frame, 1)];
    }

    private protected async Task<List<string>> ListAsync(PointDescription point) =>
        [.. (await EntriesAsync(point)).Select(e => e.Path)];

    private protected async Task<List<SeenEntry>> EntriesAsync(PointDescription point)
    {
        await using var reader = await Vault.OpenReaderAsync(Keys.Keyspace, CancellationToken.None);
        using var nodes = new NodeReader(reader, Keys);
        var (_, references) = await nodes.ReadPointAsync(point.Id, NodeKind.Point, CancellationToken.None);
        using var source = new VaultListing(nodes, references[0], references[1]);
        var entries = new List<SeenEntry>();
        var page = new ListingPageReader();
        var changes = new ChangePageReader();
        while (await source.NextAsync(CancellationToken.None) is { } pages)
        {
            page.Open(pages.Listing.Body, pages.Listing.References, pages.Folder, "page");
            changes.Open(pages.Changes.Body, "changes");
            while (page.MoveNext() && changes.MoveNext())
            {
                entries.Add(new SeenEntry(
                    Encoding.UTF8.GetString(page.Path), page.Fields, page.Extents.ToArray(), page.Owner,
                    changes.Fields));
            }
        }

        return entries;
    }

    internal sealed record SeenEntry(
        string Path, EntryFields Fields, Extent[] Extents, Ownership Owner, ChangeFields Change);

    internal sealed class AheadTime : TimeProvider
    {
        private long _asked;

        public TimeSpan Ahead { get; set; }

        /// <summary>How far the clock of elapsed time goes on each time it is asked.</summary>
        public TimeSpan Step { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override long GetTimestamp() => base.GetTimestamp()
            + ((long)(Step.TotalSeconds * TimestampFrequency) * Interlocked.Increment(ref _asked));
    }

    internal sealed class NothingExcluded : IPathFilter
    {
        public bool WeighsSizes => false;

        public bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0) => false;
    }

    internal sealed class CallbackProgress(Action<BackupProgress> report) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => report(value);
    }
}
