using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>
/// A machine that waits to be let into another one's keyspace: <c>join.json</c> in the home. The keys that it asked
/// with lie there already, and are what the yes will be about, so they are asked with again.
/// </summary>
/// <param name="Server">The member that was named.</param>
internal sealed record PendingJoin(VaultId Vault, KeyspaceId Keyspace, MachineId Server)
{
    public byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("server"u8, Server.ToString());
        json.WriteString("vault"u8, Vault.ToString());
    });

    public static PendingJoin Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new PendingJoin(
            VaultId.Parse(root.Text("vault")), KeyspaceId.Parse(root.Text("keyspace")),
            MachineId.Parse(root.Text("server"))));
}
