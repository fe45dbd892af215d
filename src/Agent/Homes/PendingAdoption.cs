using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>
/// An adoption that waits for an administrator's yes: <c>adoption.json</c> in the home. The keys that it asked with lie
/// there already, and are what the yes will be about, so they are asked with again.
/// </summary>
/// <param name="Server">To go on as.</param>
internal sealed record PendingAdoption(VaultId Vault, MachineId Server)
{
    public byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("server"u8, Server.ToString());
        json.WriteString("vault"u8, Vault.ToString());
    });

    public static PendingAdoption Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root =>
            new PendingAdoption(VaultId.Parse(root.Text("vault")), MachineId.Parse(root.Text("server"))));
}
