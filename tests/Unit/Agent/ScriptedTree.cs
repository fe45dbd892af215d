using System.Text;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Hashing;
using Coffer.Format.Listing;
using Coffer.Format.Points;

namespace Coffer.Unit.Agent;

/// <summary>One entry of a test's tree, with all that a listing can say of it.</summary>
internal sealed record ScriptedEntry(byte[] Path)
{
    public EntryFields Fields { get; set; }

    public Ownership Owner { get; init; } = ScriptedTree.Me;

    public byte[] LinkTarget { get; init; } = [];

    public Extent[] Extents { get; init; } = [];

    public XattrSet? Xattrs { get; init; }

    /// <summary>Bytes of a regular file, for comparison.</summary>
    public byte[] Content { get; init; } = [];
}

/// <summary>
/// Builds points from entries given in any order: bundles of small files, listing and change pages cut every so many
/// entries, trees of few children, so that small trees have many levels.
/// </summary>
internal sealed class ScriptedTree(MemoryFrames frames)
{
    public static readonly Ownership Me = new(Uid(), [], Gid(), []);

    private readonly SortedDictionary<byte[], ScriptedEntry> _entries =
        new(Comparer<byte[]>.Create(static (a, b) => PathOrder.Compare(a, b)));

    public int EntriesPerPage { get; init; } = 4;

    public int ChildrenPerPage { get; init; } = 3;

    public string MountPath { get; init; } = "/";

    public DateTimeOffset Time { get; init; } = new(2026, 3, 1, 21, 0, 0, TimeSpan.Zero);

    public SourceId Source { get; init; } = SourceId.New();

    public IEnumerable<ScriptedEntry> Entries => _entries.Values;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public ScriptedEntry Add(ScriptedEntry entry)
    {
        _entries[entry.Path] = entry;
        return entry;
    }

    public void Remove(string path) => _entries.Remove(Bytes(path));

    public ScriptedEntry Folder(string path, uint mode = 0x1ed, long mtime = 1_000_000) =>
        Add(new ScriptedEntry(Bytes(path)) { Fields = new EntryFields { Mode = 0x4000 | mode, MtimeSeconds = mtime } });

    /// <summary>A file in a bundle of its own.</summary>
    public ScriptedEntry File(string path, string content, uint mode = 0x1a4, long mtime = 1_000_000) =>
        File(Bytes(path), Bytes(content), frames.PutChunk(Bytes(content)), 0, mode, mtime);

    /// <summary>Files that share one bundle, in order.</summary>
    public ObjectId Bundle(params (string Path, string Content)[] files)
    {
        var bundle = frames.PutChunk(files.SelectMany(f => Bytes(f.Content)).ToArray());
        uint offset = 0;
        foreach (var (path, content) in files)
        {
            _ = File(Bytes(path), Bytes(content), bundle, offset);
            offset += (uint)Bytes(content).Length;
        }

        return bundle;
    }

    public ScriptedEntry File(
        byte[] path, byte[] content, ObjectId chunk, uint offset, uint mode = 0x1a4, long mtime = 1_000_000)
    {
        var fields = new EntryFields
        {
            Mode = 0x8000 | mode,
            Size = (ulong)content.Length,
            MtimeSeconds = mtime,
            MtimeNanoseconds = 5,
        };
        if (content.Length > 0)
        {
            fields.Shape = ContentShape.Whole;
            fields.Content = chunk;
            fields.ContentOffset = offset;
            fields.HasContentHash = true;
            Span<byte> hash = stackalloc byte[Id128.Size];
            Blake3.KeyedHash(frames.Keys.Content, content, hash);
            fields.ContentHash = new Id128(hash);
        }

        return Add(new ScriptedEntry(path) { Fields = fields, Content = content });
    }

    public ScriptedEntry Link(string path, string target) => Add(new ScriptedEntry(Bytes(path))
    {
        Fields = new EntryFields { Mode = 0xa1ff, MtimeSeconds = 7 },
        LinkTarget = Bytes(target),
    });

    /// <summary>Writes pages, trees and the point.</summary>
    public ObjectId Commit(long sequence = 1)
    {
        if (!_entries.ContainsKey([])) Folder("");
        var (listing, changes) = WritePages();
        return frames.PutPoint(Body(sequence), WriteTree(listing), WriteTree(changes));
    }

    private PointBody Body(long sequence) => new()
    {
        Machine = MachineId.New(),
        MachineName = "test",
        Source = Source,
        SourceType = "volume",
        Volume = new VolumeDescription("ext4", "", "", Bytes("/"), Bytes(MountPath)),
        Sequence = sequence,
        AgentTime = Time,
        Paths = [Bytes(MountPath)],
        Statistics = PointStatistics.None with
        {
            Files = _entries.Values.Count(e => e.Fields.IsRegular),
            Bytes = _entries.Values.Where(e => e.Fields.IsRegular).Sum(e => (long)e.Fields.Size),
        },
    };

    private (List<TreeChild> Listing, List<TreeChild> Changes) WritePages()
    {
        var listing = new List<TreeChild>();
        var changes = new List<TreeChild>();
        var writer = new ListingPageWriter();
        var changeWriter = new ChangePageWriter();
        var body = new ByteWriter();
        // Cut by content, as real pages are, so that points share what did not change.
        foreach (var entry in _entries.Values)
        {
            writer.Add(entry.Path, entry.Fields, entry.Owner, entry.LinkTarget, entry.Extents, entry.Xattrs, []);
            changeWriter.Add(new ChangeFields { Inode = 1 });
            uint hash = 2166136261;
            foreach (byte b in entry.Path) hash = (hash ^ b) * 16777619;
            if ((hash >> 8) % EntriesPerPage == 0) Cut();
        }

        if (writer.Count > 0) Cut();
        return (listing, changes);

        void Cut()
        {
            writer.WriteBody(body);
            var page = frames.Put(NodeKind.ListingPage, writer.References.ToArray(), body.Written);
            listing.Add(new TreeChild(page, writer.FirstPath.ToArray(), writer.FolderLength, 1, (ulong)writer.Count));
            changeWriter.WriteBody(body);
            var change = frames.Put(NodeKind.ChangePage, [], body.Written);
            changes.Add(new TreeChild(change, default, 0, 1, (ulong)writer.Count));
            writer.Clear();
            changeWriter.Clear();
        }
    }

    private ObjectId WriteTree(List<TreeChild> children)
    {
        var body = new ByteWriter();
        for (int level = 1; ; level++)
        {
            var above = new List<TreeChild>();
            foreach (var group in children.Chunk(ChildrenPerPage))
            {
                var references = TreePage.Encode(level, group, body);
                var page = frames.Put(NodeKind.TreePage, references, body.Written);
                ulong pages = 0, entries = 0;
                foreach (var child in group) (pages, entries) = (pages + child.Pages, entries + child.Entries);
                above.Add(new TreeChild(page, group[0].FirstPath, 0, pages, entries));
            }

            if (above.Count == 1) return above[0].Page;
            children = above;
        }
    }

    private static uint Uid() => Read("Uid:");

    private static uint Gid() => Read("Gid:");

    private static uint Read(string name) => uint.Parse(
        System.IO.File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal))
            .Split('\t')[2]);
}
