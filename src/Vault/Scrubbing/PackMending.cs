using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Scrubbing;

/// <summary>What became of a damaged pack.</summary>
/// <param name="IsRepaired">Its file is again what it was; nothing was lost.</param>
/// <param name="Rescued">Frames that were copied forward.</param>
/// <param name="Lost">Ids of which no copy is present any more.</param>
internal sealed record MendedPack(bool IsRepaired, int Rescued, IReadOnlyList<ObjectId> Lost);

/// <summary>
/// Mends a damaged pack. Where head and frames still give its name, only its table or end were hurt, and its file is
/// made anew (<see cref="PackRepair"/>). Else it is set aside, durably in this order:
/// 1. the frames that stand, in new packs with their receipts (<see cref="PackRescue"/>);
/// 2. a receipt that says <em>quarantined</em>: a rebuilt index does not take the pack for present;
/// 3. in one transaction: the new packs' rows; the old one is <em>quarantined</em>, and keeps the rows of what is in
///    doubt; the loss epoch is raised, so that no page above counts as closed until it was walked again.
/// Its file stays, for readers who try all copies, until no point names an id of it. Who dies after 1 leaves frames
/// twice; after 2, a pack that is judged again. Ids that are absent now are sent again by the next backup.
/// </summary>
internal sealed class PackMending(OpenVault vault, KeyspaceFile keyspace)
{
    private readonly PackRepair _repair = new(vault.Store, keyspace.Keyspace);

    /// <summary>Ends what a mending before this one began.</summary>
    public void FinishAll() => _repair.FinishAll(hash => keyspace.Packs.StateOf(hash) is null or PackState.Present);

    public MendedPack Mend(PackJudgement judged)
    {
        try
        {
            return TryRepair(judged) ? new MendedPack(true, 0, []) : SetAside(judged);
        }
        catch
        {
            vault.LeftHalfDone();
            throw;
        }
    }

    /// <summary>A pack that was set aside and whose bytes are those of its name: it counts again.</summary>
    public void Reinstate(PackRow pack)
    {
        var receipt = Receipt(pack) with { State = PackState.Present };
        vault.Records.Write(keyspace.Keyspace, RecordKind.Receipt, receipt.Write);
        keyspace.Packs.SetState(pack.Number, PackState.Present);
    }

    private bool TryRepair(PackJudgement judged)
    {
        var frames = judged.Frames.Select(frame => frame.Entry).ToList();
        bool mayBeWhole = judged.Head is not null && frames.Count > 0
            && judged.Frames.All(frame => frame.Standing != FrameStanding.Failing);
        if (!mayBeWhole) return false;
        var name = new PackName(keyspace.Keyspace, judged.Pack.Hash);
        using var write = vault.Store.Create();
        using var frame = new FrameBuffer();
        var writer = new PackWriter(judged.Head!, write.Append);
        using (var read = vault.Store.Open(StoreName.Parse(name.StoreName)))
        {
            foreach (var entry in frames)
            {
                if (writer.IsFull) return false;
                read.ReadExactly(entry.Offset, frame.Take(entry.Length));
                writer.Append(frame.Span);
            }
        }
        if (writer.Finish() != name) return false;
        _repair.Replace(write, name);
        return true;
    }

    private MendedPack SetAside(PackJudgement judged)
    {
        var pack = judged.Pack;
        using var rescue = new PackRescue(vault, keyspace);
        var packs = rescue.Run(
            pack,
            [.. judged.Frames.Where(frame => frame.Standing == FrameStanding.Intact).Select(frame => frame.Entry)]);
        var receipt = Receipt(pack) with { State = PackState.Quarantined };
        vault.Records.Write(keyspace.Keyspace, RecordKind.Receipt, receipt.Write);
        return keyspace.Transaction(() =>
        {
            foreach (var made in packs) Switch(made, pack.Number);
            keyspace.Packs.SetState(pack.Number, PackState.Quarantined);
            if (judged.Frames.Any(frame => frame.Standing != FrameStanding.Intact)) keyspace.RaiseLossEpoch();
            var lost = judged.Frames
                .Where(frame => frame.Standing != FrameStanding.Intact && !keyspace.Packs.IsPresent(frame.Entry.Id))
                .Select(frame => frame.Entry.Id).ToList();
            return new MendedPack(false, packs.Sum(made => made.Entries.Count), lost);
        });
    }

    private void Switch(IndexedPack made, long from)
    {
        keyspace.Packs.Add(made);
        long to = keyspace.Packs.Find(made.Name.Hash)!.Number;
        foreach (var entry in made.Entries)
        {
            keyspace.Packs.CarryClosed(entry.Id);
            keyspace.Packs.CarryDamage(entry.Id, from, to);
            keyspace.Packs.DropFrame(entry.Id, from);
        }
    }

    // With who sent it and when, where that can still be read: a rebuilt index has it from here.
    private PackReceipt Receipt(PackRow pack) =>
        RecordLog.TryRead(
            vault.Store, keyspace.Keyspace, keyspace.Packs.ReceiptOf(pack.Number), RecordKind.Receipt, PackReceipt.Read)
        ?? new PackReceipt(pack.Hash, default, vault.Now, pack.Length, PackState.Present);
}
