using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Points;
using Coffer.Storage;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Seeding;

/// <param name="Packs">That the seed holds.</param>
public sealed record SeedReport(int Points, long Packs, long Bytes);

/// <summary>
/// Closes a seed: writes what it holds, signed, beside the vault that it is. The list of packs comes first, as the
/// description tells its hash; until the description is there, the folder is no seed.
/// </summary>
internal sealed class SeedWriter(OpenVault vault)
{
    /// <param name="target">The vault that is to take it.</param>
    /// <param name="sign">By the keyspace's access key.</param>
    /// <exception cref="FaultException"><c>seed.empty</c>: there is no point yet.</exception>
    public SeedReport Write(MachineId machine, VaultId target, Func<byte[], byte[]> sign)
    {
        var server = vault.Catalog.Machines.Find(machine) ?? throw VaultFaults.NoMachine(machine);
        var times = new Dictionary<ObjectId, DateTimeOffset>(); // of some points there are two records
        foreach (var (_, record) in RecordLog.Read(
            vault.Store, server.Keyspace, RecordKind.Point, PointRecord.Read)) times[record.Id] = record.AgentTime;
        var points = vault.Catalog.Points.List(new PointFilter(machine))
            .Where(point => point.State == PointState.Live)
            .GroupBy(point => point.Source)
            .Select(ofSource => ofSource.MaxBy(point => point.Sequence)!)
            .Select(point => PointOf(point, times.GetValueOrDefault(point.Id, point.ReceivedAt))).ToList();
        if (points.Count == 0) throw SeedFaults.Empty();
        var packs = vault.Keyspace(server.Keyspace).Packs.In(PackState.Present);
        if (packs.Count > Limits.SeedPacks || points.Count > Limits.SeedPoints) throw SeedFaults.TooLarge();
        byte[] list = new byte[packs.Count * ObjectId.Size];
        for (int i = 0; i < packs.Count; i++) packs[i].Hash.CopyTo(list.AsSpan(i * ObjectId.Size));
        long bytes = packs.Sum(pack => pack.Length);
        var manifest = new SeedManifest(
            target, server.Keyspace, machine, server.Name, packs.Count, bytes, SeedManifest.HashOf(list), points);
        Replace(server.Keyspace, list, manifest.Encode(sign));
        return new SeedReport(points.Count, packs.Count, bytes);
    }

    private void Replace(KeyspaceId keyspace, byte[] list, byte[] description)
    {
        vault.Folder.Remove(SeedManifest.NameOf(keyspace));
        vault.Folder.Remove(SeedManifest.ListNameOf(keyspace));
        vault.Folder.WriteOnce(SeedManifest.ListNameOf(keyspace), list);
        vault.Folder.WriteOnce(SeedManifest.NameOf(keyspace), description);
    }

    private SeedPoint PointOf(PointDescription point, DateTimeOffset agentTime)
    {
        string name = PointObject.StoreName(point.Keyspace, point.Id);
        using var read = vault.Store.Open(StoreName.Parse(name));
        byte[] bytes = new byte[read.Length];
        read.ReadExactly(0, bytes);
        return new SeedPoint(
            point.Id, SeedManifest.HashOf(PointObject.Parse(bytes, name).Frame), point.Source, point.SourceType,
            point.SourceLabel, point.Sequence, agentTime, point.Statistics, point.Job);
    }
}
