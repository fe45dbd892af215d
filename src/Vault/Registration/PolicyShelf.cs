using System.Text.Json;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Policies;
using Coffer.Vault.Opening;
using Coffer.Vault.Points;
using Coffer.Vault.Protection;
using Coffer.Vault.Records;

namespace Coffer.Vault.Registration;

/// <summary>Machines' policies, version after version.</summary>
internal sealed class PolicyShelf(OpenVault vault)
{
    public void Store(MachineId machine, StoredPolicy policy)
    {
        var server = vault.Catalog.Machines.Find(machine) ?? throw VaultFaults.NoMachine(machine);
        var newest = vault.Catalog.Machines.NewestPolicy(machine);
        if (newest?.Version == policy.Version && newest.Json.AsSpan().SequenceEqual(policy.Json)) return;
        if (policy.Version < 1 || policy.Version <= newest?.Version)
            throw VaultFaults.Policy($"version {newest?.Version ?? 0} is in force and this is {policy.Version}");
        RequireJson(policy.Json);
        vault.RequireSpace();
        if (newest is not null) Freeze(machine, newest, policy); // first: see FrozenSources
        vault.Records.Write(server.Keyspace, RecordKind.Policy, json =>
        {
            json.WriteString("machine"u8, machine.ToString());
            json.WritePropertyName("policy"u8);
            json.WriteRawValue(policy.Json);
            json.WriteNumber("version"u8, policy.Version);
        });
        vault.Catalog.Machines.InsertPolicy(machine, policy, vault.Now);
        new PointRetention(vault).Settle();
    }

    // Sources of which the policy selects nothing any more.
    private void Freeze(MachineId machine, StoredPolicy from, StoredPolicy to)
    {
        var sources = vault.Catalog.Machines.SourcesOf(machine).FindAll(source => source.Label.StartsWith('/'));
        byte[][] mounts = [.. sources.Select(source => PathText.Parse(source.Label))];
        byte[][] lost = [.. SelectedVolumes.Lost(PathsOf(from), PathsOf(to), mounts)];
        foreach (var source in sources)
        {
            byte[] mount = PathText.Parse(source.Label);
            bool isLost = Array.Exists(lost, each => each.AsSpan().SequenceEqual(mount));
            FrozenSources.Prepare(vault, machine, source.Id, from.Version, isLost);
        }
    }

    // A policy that cannot be read selects nothing that it would be known of.
    private static byte[][] PathsOf(StoredPolicy policy)
    {
        try
        {
            return [.. PolicyCodec.Decode(policy.Json, "a policy").Items.Select(item => item.Path)];
        }
        catch (CorruptionException)
        {
            return [];
        }
    }

    private static void RequireJson(byte[] json)
    {
        if (json.Length > Format.Limits.MaxRecordBytes / 2) throw VaultFaults.Policy("it is too long");
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!JsonDocument.TryParseValue(ref reader, out var document)) throw VaultFaults.Policy("it is no JSON");
            document.Dispose();
            if (reader.BytesConsumed != json.Length) throw VaultFaults.Policy("something follows its JSON");
        }
        catch (JsonException)
        {
            throw VaultFaults.Policy("it is no JSON");
        }
    }
}
