using System.Text.Json;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Vault.Opening;
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
        vault.Records.Write(server.Keyspace, RecordKind.Policy, json =>
        {
            json.WriteString("machine"u8, machine.ToString());
            json.WritePropertyName("policy"u8);
            json.WriteRawValue(policy.Json);
            json.WriteNumber("version"u8, policy.Version);
        });
        vault.Catalog.Machines.InsertPolicy(machine, policy, vault.Now);
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
