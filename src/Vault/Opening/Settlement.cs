using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Documents;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Points;
using Coffer.Vault.Records;
using Coffer.Vault.Registration;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Opening;

/// <summary>
/// What a writer that died left behind, put in order by the next one. Looks through all packs and points, so it runs
/// only where the last writer did not close.
/// 1. Unfinished writes go.
/// 2. Packs without index rows get them: what was sent need not be sent again.
/// 3. A point's object without catalog row becomes a row if its record is there and its graph is closed, else goes to
///    <c>rejected/</c>. A checkpoint's becomes the source's checkpoint if it is the newest, else goes.
/// 4. What a tombstone names goes, for good. Points and envelopes are in the state that was recorded last.
/// 5. Roots that the catalog does not answer for are doubted, and dropped after seven days.
/// Where something could not be read, what would be rejected for want of it stays, and the next opening settles anew.
/// </summary>
internal sealed class Settlement(OpenVault vault)
{
    private const int CopyBytes = 1 << 20;

    // Whether all packs and records of the keyspace in hand were read, so that what is missing is missing.
    private bool _isSure;

    public static void Run(OpenVault vault)
    {
        vault.Store.RemoveLeftovers();
        int passedBefore = vault.PassedOver.Count;
        DocumentShelf.Settle(vault.Catalog, vault.Store, vault.PassedOver);
        if (vault.PassedOver.Count > passedBefore) vault.LeftHalfDone();
        var settlement = new Settlement(vault);
        foreach (var keyspace in vault.Catalog.Keyspaces.All())
        {
            try
            {
                settlement.Run(vault.Keyspace(keyspace));
            }
            catch (FaultException e) when (e.Fault.Code is "vault.behind" or "vault.damaged")
            {
                // Its sessions are refused with just this; the other keyspaces go on. To be settled once it is mended.
                vault.LeftHalfDone();
            }
        }
    }

    private void Run(KeyspaceFile keyspace)
    {
        new PackMending(vault, keyspace).FinishAll();
        int passedBefore = vault.PassedOver.Count;
        IndexRebuild.Run(keyspace, vault.Store, vault.Now, vault.PassedOver);
        SettleStates(keyspace.Keyspace);
        SettleEnvelopes(keyspace.Keyspace);
        var orphans = Orphans(keyspace.Keyspace);
        if (orphans.Count > 0)
        {
            var records = Records(keyspace.Keyspace, orphans);
            _isSure = vault.PassedOver.Count == passedBefore;
            foreach (var id in orphans) TrySettle(keyspace, id, records.GetValueOrDefault(id));
        }
        if (vault.PassedOver.Count > passedBefore) vault.LeftHalfDone();
        foreach (var root in keyspace.Roots.All())
            if (!IsClaimed(root)) keyspace.Roots.Doubt(root, vault.Now);
    }

    // A state that was recorded and whose row was not reached counts, or a catalog made anew from the records would
    // tell of another. Before orphans are looked at, or a purged point whose object is still there would rise again.
    private void SettleStates(KeyspaceId keyspace)
    {
        foreach (var (counter, state) in RecordLog.Read(
            vault.Store, keyspace, RecordKind.PointState, PointStateRecord.Read, vault.PassedOver))
        {
            if (state.IsPurged) Bury(keyspace, state.Point);
            else vault.Catalog.Points.SetState(state, counter);
        }
    }

    private void Bury(KeyspaceId keyspace, ObjectId id)
    {
        if (vault.Catalog.Points.Find(id) is { } point) PointShelf.Bury(vault, keyspace, id, point.Source);
        else vault.Store.Delete(StoreName.Parse(PointObject.StoreName(keyspace, id)));
    }

    private void SettleEnvelopes(KeyspaceId keyspace)
    {
        var envelopes = vault.Catalog.Keyspaces;
        foreach (var (_, (kind, number)) in RecordLog.Read(
            vault.Store, keyspace, RecordKind.EnvelopeState, EnvelopeShelf.ReadState, vault.PassedOver))
        {
            bool isAhead = number > envelopes.EnvelopeNumbers(keyspace, kind).Active;
            if (isAhead && envelopes.FindEnvelope(keyspace, kind, number) is not null)
                envelopes.ActivateEnvelope(keyspace, kind, number);
        }
    }

    private HashSet<ObjectId> Orphans(KeyspaceId keyspace)
    {
        string folder = $"points/{keyspace}";
        var checkpoints = vault.Catalog.Checkpoints.All().ConvertAll(c => c.Id);
        var orphans = new HashSet<ObjectId>();
        foreach (var entry in vault.Store.List(StoreName.Parse(folder)))
        {
            if (ObjectId.TryParse(entry.Name.Value[(folder.Length + 1)..], out var id)
                && !checkpoints.Contains(id) && vault.Catalog.Points.Find(id) is null) orphans.Add(id);
        }
        return orphans;
    }

    private Dictionary<ObjectId, (long Counter, PointRecord Record)> Records(
        KeyspaceId keyspace, HashSet<ObjectId> wanted)
    {
        var records = new Dictionary<ObjectId, (long Counter, PointRecord Record)>();
        foreach (string kind in (string[])[RecordKind.Point, RecordKind.Checkpoint])
        {
            foreach (var (counter, record) in RecordLog.Read(
                vault.Store, keyspace, kind, PointRecord.Read, vault.PassedOver))
                if (wanted.Contains(record.Id)) records[record.Id] = (counter, record);
        }
        return records;
    }

    private void TrySettle(KeyspaceFile keyspace, ObjectId id, (long Counter, PointRecord? Record) found)
    {
        try
        {
            Settle(keyspace, id, found);
        }
        catch (Exception e) when (PassedOver.Is(e))
        {
            vault.PassedOver.Add(e);
        }
    }

    private void Settle(KeyspaceFile keyspace, ObjectId id, (long Counter, PointRecord? Record) found)
    {
        var name = StoreName.Parse(PointObject.StoreName(keyspace.Keyspace, id));
        long length = vault.Store.Length(name) ?? 0;
        byte[] references = [];
        var header = length <= PointObject.MaxBytes ? HeaderOf(name, (int)length, out references) : null;
        if (header?.Id != id || header.Value.Keyspace != keyspace.Keyspace || found.Record is not { } record)
            Reject(name, keyspace.Keyspace, id);
        else if (header.Value.Kind == NodeKind.Checkpoint)
            SettleCheckpoint(keyspace, record, found.Counter, references);
        else if (!TryAdopt(keyspace, record, found.Counter, references, length))
            Reject(name, keyspace.Keyspace, id);
    }

    private bool TryAdopt(KeyspaceFile keyspace, PointRecord record, long counter, byte[] references, long length)
    {
        if (vault.Catalog.Machines.Find(record.Machine) is null) return false;
        if (vault.Catalog.Machines.FindSource(record.Source) is { } source
            && (source.Machine != record.Machine || source.HighestSequence >= record.Sequence)) return false;
        if (!AddRoot(keyspace, record, RootKind.Point, references)) return false;
        var checkpoint = vault.Catalog.Checkpoints.Find(record.Source);
        vault.Catalog.Transaction(() =>
        {
            vault.Catalog.Machines.PutSource(
                new SourceRow(record.Source, record.Machine, record.SourceType, record.SourceLabel, 0),
                record.Keyspace);
            vault.Catalog.Points.Insert(record, counter, length);
            vault.Catalog.Machines.RaiseSequence(record.Source, record.Sequence);
            vault.Catalog.Checkpoints.Remove(record.Source);
        });
        if (checkpoint is not null) Forget(keyspace, checkpoint.Id, record.Source);
        return true;
    }

    private void SettleCheckpoint(KeyspaceFile keyspace, PointRecord record, long counter, byte[] references)
    {
        var source = vault.Catalog.Machines.FindSource(record.Source);
        var current = vault.Catalog.Checkpoints.Find(record.Source);
        bool isNewest = source is not null && source.Machine == record.Machine
            && record.Sequence > source.HighestSequence && (current is null || counter > current.Record);
        if (!isNewest || !AddRoot(keyspace, record, RootKind.Checkpoint, references))
        {
            if (_isSure) Forget(keyspace, record.Id, record.Source);
            return;
        }
        vault.Catalog.Checkpoints.Put(
            new CheckpointRow(record.Id, record.Source, record.Keyspace, record.Sequence, counter), record.Received);
        if (current is not null) Forget(keyspace, current.Id, record.Source);
    }

    private void Forget(KeyspaceFile keyspace, ObjectId checkpoint, SourceId source)
    {
        vault.Store.Delete(StoreName.Parse(PointObject.StoreName(keyspace.Keyspace, checkpoint)));
        keyspace.Roots.Remove(new Root(checkpoint, RootKind.Checkpoint, source.Value));
    }

    private bool AddRoot(KeyspaceFile keyspace, PointRecord record, RootKind kind, byte[] references)
    {
        try
        {
            return keyspace.Transaction(() =>
            {
                var readers = vault.Sharing.ReadersOf(keyspace.Keyspace, record.Machine);
                if (keyspace.Walk.Run(references, readers).Count > 0) return false;
                keyspace.Roots.Add(new Root(record.Id, kind, record.Source.Value), references, vault.Now);
                return true;
            });
        }
        catch (FaultException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            return false; // a graph that the vault would not take from an agent either
        }
    }

    // Copied before it is deleted: what nobody understands today may be wanted tomorrow.
    private void Reject(StoreName name, KeyspaceId keyspace, ObjectId id)
    {
        if (!_isSure) return;
        using (var read = vault.Store.Open(name))
        using (var write = vault.Store.Create())
        {
            byte[] part = new byte[Math.Min(read.Length, CopyBytes)];
            for (long at = 0; at < read.Length; at += part.Length)
            {
                var bytes = part.AsSpan(0, (int)Math.Min(part.Length, read.Length - at));
                read.ReadExactly(at, bytes);
                write.Append(bytes);
            }
            write.Commit(StoreName.Parse($"rejected/{keyspace}/{id}"));
        }
        vault.Store.Delete(name);
    }

    private bool IsClaimed(Root root) => root.Kind == RootKind.Point
        ? vault.Catalog.Points.Find(root.Id) is not null
        : vault.Catalog.Checkpoints.Find(new SourceId(root.Owner))?.Id == root.Id;

    private FrameHeader? HeaderOf(StoreName name, int length, out byte[] references)
    {
        references = [];
        try
        {
            byte[] bytes = new byte[length];
            vault.Store.Read(name, 0, bytes);
            byte[] frame = PointObject.Parse(bytes, name.Value).Frame;
            var header = FrameHeader.ParseWhole(frame, name.Value);
            references = header.ReferencesOf(frame).ToArray();
            return header;
        }
        catch (CorruptionException)
        {
            return null;
        }
    }
}
