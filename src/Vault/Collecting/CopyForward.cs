using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Collecting;

/// <summary>
/// Writes the living frames of some packs into a new one, as they are, and lets the old ones go. Durable in this order:
/// 1. the new pack and its receipt, which says who sent each frame and when;
/// 2. in one transaction: its rows, and the old packs are <em>removing</em>, if what was left behind is still
///    condemned;
/// 3. the old packs go (<see cref="PackRemoval"/>).
/// Who dies after 1 leaves frames twice, which hurts nobody. A frame that is not what its table says is not copied, and
/// its pack stays as it is, for the scrub.
/// </summary>
internal sealed class CopyForward(OpenVault vault, KeyspaceFile keyspace, PackRemoval removal) : IDisposable
{
    private readonly FrameBuffer _frame = new();

    /// <param name="packs">Of one class, together of no more living bytes than one pack holds.</param>
    /// <param name="isDead">Asked when copying, and once more in the transaction.</param>
    /// <returns>Bytes of the new pack and of the packs that went.</returns>
    public (long Copied, long Freed, int Packs) Run(IReadOnlyList<PackRow> packs, Func<ObjectId, bool> isDead)
    {
        if (packs.Count == 0) return (0, 0, 0);
        using var write = vault.Store.Create();
        var head = new PackHead(
            packs[0].Class, keyspace.Keyspace,
            packs[0].Class == PackClass.Metadata ? vault.Catalog.Keyspaces.ActiveEnvelopes(keyspace.Keyspace) : []);
        var writer = new PackWriter(head, write.Append);
        var origins = new List<FrameOrigin>();
        var written = new Dictionary<ObjectId, (Id128 Checksum, MachineId? Writer)>();
        var sources = new List<(PackRow Pack, IReadOnlyList<PackEntry> Entries)>();
        foreach (var pack in packs)
        {
            if (Read(pack) is { } entries && TryCopy(pack, entries, isDead, writer, origins, written))
                sources.Add((pack, entries));
            if (writer.IsFull) break;
        }
        if (sources.Count == 0 || writer.Entries.Count == 0) return (0, 0, 0);
        Publish(write, writer, head, origins, sources, isDead, out bool isSwitched);
        if (!isSwitched) return (writer.Length, 0, 0);
        foreach (var (pack, _) in sources) removal.Finish(pack);
        return (writer.Length, sources.Sum(s => s.Pack.Length), sources.Count);
    }

    public void Dispose() => _frame.Dispose();

    private void Publish(
        IStoreWrite write, PackWriter writer, PackHead head, List<FrameOrigin> origins,
        List<(PackRow Pack, IReadOnlyList<PackEntry> Entries)> sources, Func<ObjectId, bool> isDead,
        out bool isSwitched)
    {
        var name = writer.Finish();
        var receipt = new PackReceipt(name.Hash, default, vault.Now, writer.Length, PackState.Present)
        {
            Origins = origins,
        };
        try
        {
            write.Commit(StoreName.Parse(name.StoreName));
            long counter = vault.Records.Write(keyspace.Keyspace, RecordKind.Receipt, receipt.Write);
            isSwitched = keyspace.Transaction(() =>
            {
                keyspace.Packs.Add(new IndexedPack(
                    name, head.Class, writer.Length, null, receipt.Received, counter, PackState.Present, writer.Entries)
                {
                    Origins = origins,
                });
                Invariant.Holds(
                    keyspace.Packs.StateOf(name.Hash) == PackState.Present
                    && sources.TrueForAll(source => source.Pack.Hash != name.Hash));
                foreach (var entry in writer.Entries) keyspace.Packs.CarryClosed(entry.Id);
                var copied = writer.Entries.Select(entry => entry.Id).ToHashSet();
                foreach (var (_, entries) in sources)
                    foreach (var entry in entries)
                        if (!copied.Contains(entry.Id) && !isDead(entry.Id)) return false;
                long to = keyspace.Packs.Find(name.Hash)!.Number;
                foreach (var (pack, _) in sources)
                {
                    keyspace.Packs.CarryDamage(pack.Number, to);
                    keyspace.Packs.SetState(pack.Number, PackState.Removing);
                }
                return true;
            });
        }
        catch
        {
            vault.LeftHalfDone();
            throw;
        }
    }

    private bool TryCopy(
        PackRow pack, IReadOnlyList<PackEntry> entries, Func<ObjectId, bool> isDead, PackWriter writer,
        List<FrameOrigin> origins, Dictionary<ObjectId, (Id128 Checksum, MachineId? Writer)> written)
    {
        var living = entries.Where(entry => !isDead(entry.Id)).ToList();
        if (writer.Length + living.Sum(entry => (long)entry.Length) > Format.Limits.PackTargetBytes
            || writer.Entries.Count + living.Count > Format.Limits.MaxPackFrames) return false;
        // Of two copies that differ nobody here can tell the one that opens, and a pack holds one of an id. Of two that
        // are the same but for who sent them, each may count for its own sender alone.
        foreach (var entry in living)
        {
            if (!written.TryGetValue(entry.Id, out var known)) continue;
            if (known.Checksum != entry.Checksum) return false;
            var sender = keyspace.Packs.OriginOf(entry.Id, pack.Number).Writer;
            if (known.Writer is not null && sender is not null && known.Writer != sender) return false;
        }
        using var read = vault.Store.Open(NameOf(pack));
        foreach (var entry in living)
        {
            var frame = _frame.Take(entry.Length);
            read.ReadExactly(entry.Offset, frame);
            if (PackReader.DifferenceIn(entry, frame, keyspace.Keyspace) is not null) return false;
            int before = writer.Entries.Count;
            writer.Append(frame);
            if (writer.Entries.Count == before) continue;
            var origin = keyspace.Packs.OriginOf(entry.Id, pack.Number);
            written[entry.Id] = (entry.Checksum, origin.Writer);
            Note(origins, origin);
        }
        return true;
    }

    private static void Note(List<FrameOrigin> origins, FrameOrigin origin)
    {
        if (origins.Count > 0 && origins[^1] with { Frames = 1 } == origin)
            origins[^1] = origins[^1] with { Frames = origins[^1].Frames + 1 };
        else
            origins.Add(origin);
    }

    private IReadOnlyList<PackEntry>? Read(PackRow pack)
    {
        try
        {
            return Tables.Read(vault.Store, new PackName(keyspace.Keyspace, pack.Hash)).Entries;
        }
        catch (Exception e) when (e is CorruptionException or MissingObjectException)
        {
            return null;
        }
    }

    private StoreName NameOf(PackRow pack) =>
        StoreName.Parse(new PackName(keyspace.Keyspace, pack.Hash).StoreName);
}
