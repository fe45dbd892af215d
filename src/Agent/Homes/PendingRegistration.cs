using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>
/// A registration that was begun: <c>registration.json</c> in the home. With the keys that lie there already it is sent
/// again just as it was, so that one that was cut off goes on and leaves no second server behind.
/// </summary>
/// <param name="Envelope">The data key under the passphrase that was chosen.</param>
/// <param name="Sharing">Whether others may join its keyspace; null: none may.</param>
internal sealed record PendingRegistration(
    VaultId Vault, KeyspaceId Keyspace, byte[] Envelope, SharingTerms? Sharing = null)
{
    public byte[] Encode() => CanonicalJson.Write(json =>
    {
        json.WriteBase64String("envelope"u8, Envelope);
        json.WriteString("keyspace"u8, Keyspace.ToString());
        if (Sharing is { } sharing) json.WriteBoolean("membersTrustEachOther"u8, sharing.MembersTrustEachOther);
        json.WriteString("vault"u8, Vault.ToString());
    });

    public static PendingRegistration Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new PendingRegistration(
            VaultId.Parse(root.Text("vault")), KeyspaceId.Parse(root.Text("keyspace")),
            root.Child("envelope").GetBytesFromBase64(),
            root.TryChild("membersTrustEachOther", out var trust) ? new SharingTerms(trust.GetBoolean()) : null));
}
