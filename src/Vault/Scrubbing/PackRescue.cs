using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Scrubbing;

/// <summary>
/// Writes the frames of a damaged pack that still stand into new ones, byte for byte. On return they are durable with
/// their receipts, and not yet in the index.
/// </summary>
internal sealed class PackRescue(OpenVault vault, KeyspaceFile keyspace) : IDisposable
{
    private readonly FrameBuffer _frame = new();

    public List<IndexedPack> Run(PackRow pack, IReadOnlyList<PackEntry> intact)
    {
        var packs = new List<IndexedPack>();
        if (intact.Count == 0) return packs;
        using var read = vault.Store.Open(StoreName.Parse(new PackName(keyspace.Keyspace, pack.Hash).StoreName));
        for (int next = 0; next < intact.Count;)
        {
            using var write = vault.Store.Create();
            var head = new PackHead(pack.Class, keyspace.Keyspace, EnvelopesOf(pack.Class));
            var writer = new PackWriter(head, write.Append);
            for (; next < intact.Count && !writer.IsFull; next++) Append(writer, read, intact[next]);
            packs.Add(Publish(write, writer, pack));
        }
        return packs;
    }

    public void Dispose() => _frame.Dispose();

    // Read again after it was judged: what a failing disk gives a second time is compared a second time.
    private void Append(PackWriter writer, IStoreRead read, PackEntry entry)
    {
        var frame = _frame.Take(entry.Length);
        read.ReadExactly(entry.Offset, frame);
        if (PackReader.DifferenceIn(entry, frame, keyspace.Keyspace) is { } difference)
            throw new CorruptionException($"frame {entry.Id}", "what it was a moment ago", difference);
        writer.Append(frame);
    }

    private IndexedPack Publish(IStoreWrite write, PackWriter writer, PackRow from)
    {
        var name = writer.Finish();
        // Its own bytes again would be taken for the damaged file; those are put back in place instead.
        Invariant.Holds(name.Hash != from.Hash);
        var origins = Origins(writer.Entries, from.Number);
        var receipt = new PackReceipt(name.Hash, default, vault.Now, writer.Length, PackState.Present)
        {
            Origins = origins,
        };
        write.Commit(StoreName.Parse(name.StoreName));
        long counter = vault.Records.Write(keyspace.Keyspace, RecordKind.Receipt, receipt.Write);
        return new IndexedPack(
            name, from.Class, writer.Length, null, receipt.Received, counter, PackState.Present, writer.Entries)
        {
            Origins = origins,
        };
    }

    private List<FrameOrigin> Origins(IReadOnlyList<PackEntry> entries, long pack)
    {
        var origins = new List<FrameOrigin>();
        foreach (var entry in entries)
        {
            var origin = keyspace.Packs.OriginOf(entry.Id, pack);
            if (origins.Count > 0 && origins[^1] with { Frames = 1 } == origin)
                origins[^1] = origins[^1] with { Frames = origins[^1].Frames + 1 };
            else
                origins.Add(origin);
        }
        return origins;
    }

    private IReadOnlyList<byte[]> EnvelopesOf(PackClass packClass) => packClass == PackClass.Metadata
        ? vault.Catalog.Keyspaces.ActiveEnvelopes(keyspace.Keyspace)
        : [];
}
