using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>What a machine remembers of its registration: <c>machine.json</c> in its home.</summary>
/// <param name="Name">The host's name when it registered.</param>
/// <param name="VaultFolder">Absolute; where the embedded vault lies now.</param>
public sealed record MachineRegistration(
    MachineId Id, string Name, KeyspaceId Keyspace, VaultId Vault, string VaultFolder)
{
    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("machine"u8, Id.ToString());
        json.WriteString("name"u8, Name);
        json.WriteString("vault"u8, Vault.ToString());
        json.WriteString("vaultFolder"u8, VaultFolder);
    });

    internal static MachineRegistration Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new MachineRegistration(
            MachineId.Parse(root.Text("machine")),
            root.Text("name"),
            KeyspaceId.Parse(root.Text("keyspace")),
            VaultId.Parse(root.Text("vault")),
            root.Text("vaultFolder")));
}
