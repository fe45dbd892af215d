using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

public enum RequestKind
{
    /// <summary>To go on as a server that the vault knows.</summary>
    Adoption = 1,

    /// <summary>To be let into a keyspace that a server shares.</summary>
    Join = 2,
}

/// <summary>
/// What this machine asked a vault for and waits for an administrator's yes to: <c>request.json</c> in the home. The
/// keys that it asked with lie there already, and are what the yes will be about, so they are asked with again.
/// </summary>
/// <param name="Keyspace">Whose keys they are.</param>
/// <param name="Server">The one that was named.</param>
public sealed record PendingRequest(RequestKind Kind, VaultId Vault, KeyspaceId Keyspace, MachineId Server)
{
    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("kind"u8, Kind == RequestKind.Join ? "join"u8 : "adoption"u8);
        json.WriteString("server"u8, Server.ToString());
        json.WriteString("vault"u8, Vault.ToString());
    });

    internal static PendingRequest Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, root => new PendingRequest(
            root.Text("kind") switch
            {
                "adoption" => RequestKind.Adoption,
                "join" => RequestKind.Join,
                string other => throw new CorruptionException(place, "adoption or join", other),
            },
            VaultId.Parse(root.Text("vault")), KeyspaceId.Parse(root.Text("keyspace")),
            MachineId.Parse(root.Text("server"))));
}
