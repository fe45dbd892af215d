using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Records;

namespace Coffer.Vault.Intake;

/// <summary>
/// Takes points and checkpoints of one source. Durable in this order, of which no two steps may change places:
/// 1. in one transaction of the keyspace file: closed marks and lifted condemnations below the point, and its root row
///    (packs, receipts and index rows came before, see <see cref="PackUpload"/>);
/// 2. its record: whoever finds the object of 3 must be able to tell whose it is;
/// 3. its object, the active envelopes beside the frame;
/// 4. its row in the catalog: the commit point.
/// Who dies after 1 leaves a root row that is dropped after seven days; after 2, a record of a point that never was;
/// after 3, an orphan that the next opening settles.
/// </summary>
internal sealed class PointIntake(OpenVault vault, KeyspaceFile keyspace, SessionRequest request)
{
    /// <summary>The answer of the first time, where this very point was committed before.</summary>
    public PointDescription? Committed(FrameHeader header, CommitFacts facts)
    {
        if (vault.Catalog.Points.Find(header.Id) is not { } point) return null;
        return point.Source == request.Source && point.Sequence == facts.Sequence
            ? point
            : throw VaultFaults.Point("its id is that of another recovery point");
    }

    public CommitAnswer Commit(ReadOnlyMemory<byte> frame, FrameHeader header, CommitFacts facts)
    {
        Check(header, NodeKind.Point, facts);
        var references = header.ReferencesOf(frame.Span).ToArray();
        var missing = AddRoot(new Root(header.Id, RootKind.Point, request.Source.Value), references);
        if (missing.Count > 0) return new CommitAnswer(null, missing);
        var record = RecordOf(header, facts);
        var (counter, storedBytes) = Store(record, RecordKind.Point, frame);
        var checkpoint = vault.Catalog.Checkpoints.Find(request.Source);
        vault.Step(() => vault.Catalog.Transaction(() =>
        {
            vault.Catalog.Points.Insert(record, counter, storedBytes);
            vault.Catalog.Machines.RaiseSequence(request.Source, facts.Sequence);
            vault.Catalog.Checkpoints.Remove(request.Source);
        }));
        if (checkpoint is not null) Forget(checkpoint);
        return new CommitAnswer(vault.Catalog.Points.Find(header.Id), []);
    }

    /// <summary>False where something below is not present: no checkpoint now, and the run goes on.</summary>
    public bool StoreCheckpoint(ReadOnlyMemory<byte> frame, CommitFacts facts)
    {
        var header = FrameHeader.ParseWhole(frame.Span, "the checkpoint to be stored");
        Check(header, NodeKind.Checkpoint, facts);
        var references = header.ReferencesOf(frame.Span).ToArray();
        var missing = AddRoot(new Root(header.Id, RootKind.Checkpoint, request.Source.Value), references);
        if (missing.Count > 0) return false;
        var record = RecordOf(header, facts);
        var (counter, _) = Store(record, RecordKind.Checkpoint, frame);
        var before = vault.Catalog.Checkpoints.Find(request.Source);
        vault.Step(() => vault.Catalog.Checkpoints.Put(
            new CheckpointRow(header.Id, request.Source, keyspace.Keyspace, facts.Sequence, counter), record.Received));
        if (before is not null && before.Id != header.Id) Forget(before);
        return true;
    }

    private void Check(FrameHeader header, NodeKind kind, CommitFacts facts)
    {
        if (header.Kind != kind || header.Keyspace != keyspace.Keyspace)
            throw VaultFaults.Point($"it is a {header.Kind} of keyspace {header.Keyspace}");
        RequireFree(header.Id);
        if (facts.Sequence is < 1 or > Limits.MaxSequence)
            throw VaultFaults.Point($"{facts.Sequence} is no sequence number");
        long highest = vault.Catalog.Machines.FindSource(request.Source)?.HighestSequence ?? 0;
        if (facts.Sequence <= highest) throw VaultFaults.Sequence(facts.Sequence);
        // One beyond all that can come would be the last point that the source ever has.
        if (facts.Sequence > highest + Limits.SequenceLeap)
            throw VaultFaults.Point($"{facts.Sequence} is too far above {highest}");
    }

    // Points and checkpoints lie side by side, each under its id, and a checkpoint goes when the next one comes. So one
    // under the id of a point, or of somebody else's checkpoint, would take that with it; the id is the agent's claim.
    private void RequireFree(ObjectId id)
    {
        bool isTaken = vault.Catalog.Points.Find(id) is not null
            || vault.Catalog.Checkpoints.All().Exists(other => other.Id == id && other.Source != request.Source);
        if (isTaken) throw VaultFaults.Point("its id is that of another recovery point");
    }

    // Marks of pages that are whole stay also where others are not: the next try walks less.
    private IReadOnlyList<ObjectId> AddRoot(Root root, byte[] references) => keyspace.Transaction(() =>
    {
        var missing = keyspace.Walk.Run(
            references, vault.Sharing.AudienceOf(keyspace.Keyspace, request.Machine));
        if (missing.Count == 0) keyspace.Roots.Add(root, references, vault.Now);
        return missing;
    });

    private PointRecord RecordOf(FrameHeader header, CommitFacts facts) => new(
        header.Id, keyspace.Keyspace, request.Machine, request.Source, request.SourceType, request.SourceLabel,
        facts.Sequence, vault.Now, facts.AgentTime, facts.Statistics)
    {
        Job = request.Job,
        RetainUntil = facts.RetainUntil is { } until ? new PointRetention(vault).Capped(request.Machine, until) : null,
    };

    private (long Counter, long StoredBytes) Store(PointRecord record, string kind, ReadOnlyMemory<byte> frame)
    {
        var envelopes = vault.Catalog.Keyspaces.ActiveEnvelopes(keyspace.Keyspace);
        byte[] bytes = new PointObject(envelopes, frame.ToArray()).Encode();
        long counter = 0;
        vault.Step(() =>
        {
            counter = vault.Records.Write(keyspace.Keyspace, kind, record.Write);
            using var write = vault.Store.Create();
            write.Append(bytes);
            write.Commit(StoreName.Parse(PointObject.StoreName(keyspace.Keyspace, record.Id)));
        });
        return (counter, bytes.Length);
    }

    // The catalog no longer names it, so whoever dies in here leaves an orphan that the next opening removes.
    // That is left to it, too, where the disk fails here: what this was about is durable and must not be called failed.
    private void Forget(CheckpointRow checkpoint)
    {
        try
        {
            // Two sessions of a lying agent, say: whatever became a point meanwhile stays.
            if (vault.Catalog.Points.Find(checkpoint.Id) is null)
                vault.Store.Delete(StoreName.Parse(PointObject.StoreName(checkpoint.Keyspace, checkpoint.Id)));
            keyspace.Roots.Remove(new Root(checkpoint.Id, RootKind.Checkpoint, checkpoint.Source.Value));
        }
        catch (Exception e) when (e is FaultException or IOException)
        {
            vault.LeftHalfDone();
        }
    }
}
