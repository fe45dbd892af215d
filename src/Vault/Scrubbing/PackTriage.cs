using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;

namespace Coffer.Vault.Scrubbing;

/// <summary>
/// Tells of a damaged pack which of its frames still stand. Its table, proved by its own hash, proves each frame by a
/// checksum. Where the table is damaged, too, the index tells where frames lie and their heads what they are, but
/// nothing proves their bodies, unless the whole hashes to the pack's name (<see cref="PackMending"/> tries that).
/// </summary>
internal sealed class PackTriage(IObjectStore store, KeyspaceId keyspace) : IDisposable
{
    private readonly FrameBuffer _frame = new();

    /// <param name="known">The pack's rows in the index, by offset.</param>
    public PackJudgement Judge(PackRow pack, string reason, IReadOnlyList<IndexedFrame> known)
    {
        var name = new PackName(keyspace, pack.Hash);
        try
        {
            using var read = store.Open(StoreName.Parse(name.StoreName));
            PackHead? ReadHead() => Try(() => PackReader.ReadHead(read.Length, read.ReadExactly, $"pack {name}"));
            IReadOnlyList<PackEntry>? ReadTable() =>
                Try(() => PackReader.ReadEntries(read.Length, read.ReadExactly, pack.Class, $"pack {name}"));
            var head = ReadHead() ?? ReadHead();
            if (head is not null && (head.Keyspace != keyspace || head.Class != pack.Class)) head = null;
            var table = ReadTable() ?? ReadTable();
            return new PackJudgement(
                pack, reason, head, table is null ? JudgeByHeads(read, known) : JudgeByTable(read, table));
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            return new PackJudgement(
                pack, reason, null, [.. known.Select(frame => new JudgedFrame(Row(frame), FrameStanding.Failing))]);
        }
    }

    public void Dispose() => _frame.Dispose();

    private List<JudgedFrame> JudgeByTable(IStoreRead read, IReadOnlyList<PackEntry> table)
    {
        var frames = new List<JudgedFrame>(table.Count);
        foreach (var entry in table)
        {
            // What a disk gives wrongly for once is no damage.
            bool isIntact = IsIntact(read, entry) || IsIntact(read, entry);
            frames.Add(new JudgedFrame(entry, isIntact ? FrameStanding.Intact : FrameStanding.Failing));
        }
        return frames;
    }

    private List<JudgedFrame> JudgeByHeads(IStoreRead read, IReadOnlyList<IndexedFrame> known)
    {
        var frames = new List<JudgedFrame>(known.Count);
        foreach (var row in known)
        {
            bool isLikely = IsLikely(read, row) || IsLikely(read, row);
            frames.Add(new JudgedFrame(Row(row), isLikely ? FrameStanding.Unproved : FrameStanding.Failing));
        }
        return frames;
    }

    private bool IsIntact(IStoreRead read, PackEntry entry) =>
        TryRead(read, entry.Offset, entry.Length)
        && Try(() => PackReader.DifferenceIn(entry, _frame.Span, keyspace) ?? "") is "";

    private bool IsLikely(IStoreRead read, IndexedFrame row) =>
        TryRead(read, row.Offset, row.Length) && IsHeadOf(row);

    private bool IsHeadOf(IndexedFrame row)
    {
        try
        {
            var header = FrameHeader.ParseWhole(_frame.Span, $"frame {row.Id}");
            return header.Id == row.Id && header.Kind == row.Kind && header.Keyspace == keyspace;
        }
        catch (CorruptionException)
        {
            return false;
        }
    }

    private bool TryRead(IStoreRead read, long offset, int length)
    {
        try
        {
            if (length is < FrameHeader.Size or > Format.Limits.MaxFrameBytes) return false;
            read.ReadExactly(offset, _frame.Take(length));
            return true;
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            return false; // bad blocks, or beyond the end of a file that was cut short
        }
    }

    private static PackEntry Row(IndexedFrame row) =>
        new(row.Id, row.Kind, row.Offset, row.Length, default, default);

    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            return null;
        }
    }

    private static bool IsOfOneObject(Exception e) =>
        e is CorruptionException or MissingObjectException or FaultException { Fault.Code: "store.failing" };
}
