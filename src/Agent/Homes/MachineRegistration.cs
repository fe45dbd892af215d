using System.Text.Json;
using Coffer.Contracts.Http;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>What a machine remembers of its registration: <c>machine.json</c> in its home.</summary>
/// <param name="Name">The host's name when it registered.</param>
public sealed record MachineRegistration(
    MachineId Id, string Name, KeyspaceId Keyspace, VaultId Vault, VaultPlace Place)
{
    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteString("keyspace"u8, Keyspace.ToString());
        json.WriteString("machine"u8, Id.ToString());
        json.WriteString("name"u8, Name);
        json.WriteString("vault"u8, Vault.ToString());
        if (Place.Service is { } service)
        {
            json.WriteString("vaultAddress"u8, service.Address.ToString());
            json.WriteString("vaultName"u8, service.VaultName);
            if (service.NextPin is { } next)
            {
                json.WriteString("vaultNextFrom"u8, CanonicalJson.Time(next.From));
                json.WriteString("vaultNextPin"u8, Convert.ToHexStringLower(next.Pin));
            }
            json.WriteString("vaultPin"u8, service.Pin is null ? "" : Convert.ToHexStringLower(service.Pin));
        }
        else
        {
            json.WriteString("vaultFolder"u8, Place.Folder);
        }
    });

    internal static MachineRegistration Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root =>
        {
            var vault = VaultId.Parse(root.Text("vault"));
            return new MachineRegistration(
                MachineId.Parse(root.Text("machine")),
                root.Text("name"),
                KeyspaceId.Parse(root.Text("keyspace")),
                vault,
                root.TryChild("vaultAddress", out _)
                    ? VaultPlace.Of(ServiceOf(root, vault))
                    : VaultPlace.Of(root.Text("vaultFolder")));
        });

    private static ServiceAddress ServiceOf(JsonElement root, VaultId vault)
    {
        string pin = root.Text("vaultPin");
        return new ServiceAddress(
            new Uri(root.Text("vaultAddress")), pin.Length == 0 ? null : Convert.FromHexString(pin), vault,
            root.Text("vaultName"),
            root.TryChild("vaultNextPin", out _)
                ? new NextPin(Convert.FromHexString(root.Text("vaultNextPin")), root.Time("vaultNextFrom"))
                : null);
    }
}
