using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Format.Records;
using Coffer.Storage;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Documents;
using Coffer.Vault.Records;
using Coffer.Vault.Registration;

namespace Coffer.Vault.Opening;

/// <summary>
/// Fills an empty catalog from the store's records: keyspaces, envelopes, machines, policies, sources and points. A
/// point counts where both its record and its object are there. So are documents and the audit log; jobs are not.
/// </summary>
internal static class CatalogRebuild
{
    private const string Folder = "records";

    public static void Run(Catalog catalog, IObjectStore store, PassedOver passed)
    {
        catalog.Transaction(() => DocumentShelf.Settle(catalog, store, passed));
        foreach (var keyspace in Keyspaces(store))
        {
            var found = RecordLog.Read(
                store, keyspace, RecordKind.Keyspace, json => (
                    Key: json.Child("accessKey").GetBytesFromBase64(), Registered: json.Time("registered")),
                passed).ToList();
            // Without its record a keyspace counts where it has points: its envelopes lie beside them.
            if (found.Count == 0 && !store.List(StoreName.Parse($"points/{keyspace}")).Any()) continue;
            var (key, registered) = found.Count > 0 ? found[^1].Record : ([], DateTimeOffset.UnixEpoch);
            catalog.Transaction(() =>
            {
                catalog.Keyspaces.Insert(keyspace, key, registered);
                AddEnvelopes(catalog, store, keyspace, registered, passed);
                AddMachines(catalog, store, keyspace, passed);
                AddPoints(catalog, store, keyspace, passed);
            });
        }
    }

    private static HashSet<KeyspaceId> Keyspaces(IObjectStore store)
    {
        var keyspaces = new HashSet<KeyspaceId>();
        foreach (var entry in store.List(StoreName.Parse(Folder)))
        {
            string[] parts = entry.Name.Value.Split('/');
            if (parts.Length == 3 && Id128.TryParse(parts[1], out var id)) keyspaces.Add(new KeyspaceId(id));
        }
        return keyspaces;
    }

    private static void AddEnvelopes(
        Catalog catalog, IObjectStore store, KeyspaceId keyspace, DateTimeOffset stored, PassedOver passed)
    {
        byte[] accessKey = catalog.Keyspaces.Find(keyspace)!.AccessKey;
        foreach (var (_, bytes) in RecordLog.Read(
            store, keyspace, RecordKind.Envelope, json => json.Child("bytes").GetBytesFromBase64(), passed))
        {
            if (EnvelopeSearch.TryDecode(bytes, keyspace) is not { } envelope) continue;
            // A forged one would take a number away from the genuine. Without the key none can be told.
            if (accessKey.Length > 0 && !EnvelopeShelf.IsSigned(envelope, accessKey)) continue;
            if (catalog.Keyspaces.FindEnvelope(keyspace, (byte)envelope.Head.Kind, envelope.Head.Number) is null)
                catalog.Keyspaces.InsertEnvelope(envelope, active: false, stored);
        }
        foreach (var (_, (kind, number)) in RecordLog.Read(
            store, keyspace, RecordKind.EnvelopeState, EnvelopeShelf.ReadState, passed))
            catalog.Keyspaces.ActivateEnvelope(keyspace, kind, number);
    }

    private static void AddMachines(Catalog catalog, IObjectStore store, KeyspaceId keyspace, PassedOver passed)
    {
        foreach (var (_, (server, key)) in RecordLog.Read(store, keyspace, RecordKind.Machine, json => (
            new ServerDescription(
                MachineId.Parse(json.Text("machine")), json.Text("name"), keyspace, json.Time("registered"), null),
            json.Child("publicKey").GetBytesFromBase64()), passed))
        {
            if (catalog.Machines.Find(server.Id) is null) catalog.Machines.Insert(server, key);
            else catalog.Machines.SetKey(server.Id, server.Name, key, server.RegisteredAt);
        }
        foreach (var (_, (machine, policy)) in RecordLog.Read(store, keyspace, RecordKind.Policy, json => (
            MachineId.Parse(json.Text("machine")),
            new StoredPolicy(json.Number("version"), System.Text.Encoding.UTF8.GetBytes(
                json.Child("policy").GetRawText()))), passed))
        {
            if (catalog.Machines.NewestPolicy(machine) is not { } newest || newest.Version < policy.Version)
                catalog.Machines.InsertPolicy(machine, policy, DateTimeOffset.UnixEpoch);
        }
    }

    private static void AddPoints(Catalog catalog, IObjectStore store, KeyspaceId keyspace, PassedOver passed)
    {
        // Of one point the highest counter counts, and of its states likewise.
        var states = new Dictionary<ObjectId, (long Counter, PointStateRecord Record)>();
        foreach (var (counter, state) in RecordLog.Read(
            store, keyspace, RecordKind.PointState, PointStateRecord.Read, passed))
            states[state.Point] = (counter, state);
        var points = new Dictionary<ObjectId, (long Counter, PointRecord Record)>();
        foreach (var (counter, record) in RecordLog.Read(
            store, keyspace, RecordKind.Point, PointRecord.Read, passed))
        {
            if (record.Keyspace == keyspace) points[record.Id] = (counter, record);
        }
        var times = new Dictionary<ObjectId, DateTimeOffset>();
        foreach (var (_, time) in RecordLog.Read(store, keyspace, RecordKind.PointTime, PointTimeRecord.Read, passed))
            times[time.Point] = time.Received;
        // A first backup may have left only its checkpoint, which the next opening settles.
        foreach (var (_, checkpoint) in RecordLog.Read(
            store, keyspace, RecordKind.Checkpoint, PointRecord.Read, passed))
            PutSource(catalog, checkpoint, 0);
        foreach (var (counter, point) in points.Values.OrderBy(p => p.Counter))
        {
            var name = StoreName.Parse(PointObject.StoreName(keyspace, point.Id));
            var (changed, state) = states.GetValueOrDefault(point.Id);
            // Also for what was purged: its sequence is never used again.
            PutSource(catalog, point, point.Sequence);
            catalog.Machines.RaiseSequence(point.Source, point.Sequence);
            if (state?.IsPurged == true || store.Length(name) is not { } length) continue;
            if (catalog.Points.Find(point.Source, point.Sequence) is null)
                catalog.Points.Insert(point, counter, length);
            if (state is not null) catalog.Points.SetState(state, changed);
            if (times.TryGetValue(point.Id, out var received)) catalog.Points.SetReceived(point.Id, received);
        }
    }

    private static void PutSource(Catalog catalog, PointRecord record, long sequence) => catalog.Machines.PutSource(
        new SourceRow(record.Source, record.Machine, record.SourceType, record.SourceLabel, sequence), record.Keyspace);
}
