using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Records;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Registration;

/// <summary>
/// Envelopes of a keyspace. A new one is made durable first and activated apart from that, once the agent has read it
/// back and opened it; those before stay where they are.
/// </summary>
internal sealed class EnvelopeShelf(OpenVault vault)
{
    public void Store(KeyspaceId keyspace, byte[] bytes)
    {
        var row = vault.Catalog.Keyspaces.Find(keyspace) ?? throw VaultFaults.NoKeyspace(keyspace);
        var envelope = Envelope.Decode(bytes, "the envelope to be stored");
        var head = envelope.Head;
        if (head.Keyspace != keyspace) throw VaultFaults.Envelope("it is of another keyspace");
        if (!PublicKeys.IsSigned(envelope, row.AccessKey))
            throw VaultFaults.Envelope("the keyspace's access key did not sign it");
        if (vault.Catalog.Keyspaces.FindEnvelope(keyspace, (byte)head.Kind, head.Number) is { } stored
            && stored.AsSpan().SequenceEqual(bytes)) return; // sent again, as the answer was lost
        // Right behind the newest: whoever could take the last number of all would leave none to the owner.
        uint newest = vault.Catalog.Keyspaces.EnvelopeNumbers(keyspace, (byte)head.Kind).Newest;
        if (head.Number != newest + 1L)
            throw VaultFaults.Envelope($"its number is {head.Number}, and the newest is {newest}");
        vault.RequireSpace();
        WriteRecords(vault, envelope, isNew: true, isActive: false);
        vault.Catalog.Keyspaces.InsertEnvelope(envelope, active: false, vault.Now);
    }

    public void Activate(KeyspaceId keyspace, byte kind, uint number)
    {
        var envelope = Envelope.Decode(Read(keyspace, kind, number), "the envelope to be activated");
        uint active = vault.Catalog.Keyspaces.EnvelopeNumbers(keyspace, kind).Active;
        if (number == active) return;
        if (number < active) throw VaultFaults.Envelope($"number {active} is active already");
        WriteRecords(vault, envelope, isNew: false, isActive: true);
        vault.Catalog.Keyspaces.ActivateEnvelope(keyspace, kind, number);
    }

    /// <summary>
    /// The active envelopes, one a kind. Where none of them opens with a passphrase, because rows or records are lost
    /// or damaged: every copy that the store still holds, those first that the access key signed.
    /// </summary>
    public IReadOnlyList<byte[]> Active(KeyspaceId keyspace)
    {
        byte[] accessKey = (vault.Catalog.Keyspaces.Find(keyspace) ?? throw VaultFaults.NoKeyspace(keyspace)).AccessKey;
        var active = vault.Catalog.Keyspaces.ActiveEnvelopes(keyspace)
            .ConvertAll(bytes => EnvelopeSearch.TryDecode(bytes, keyspace))
            .FindAll(envelope => envelope is not null && IsSigned(envelope, accessKey));
        if (!active.Exists(envelope => envelope!.Head.Kind == EnvelopeKind.Passphrase))
            active = [.. EnvelopeSearch.Find(vault.Store, keyspace, accessKey)];
        return active.ConvertAll(envelope => envelope!.Bytes.ToArray());
    }

    public byte[] Read(KeyspaceId keyspace, byte kind, uint number) =>
        vault.Catalog.Keyspaces.FindEnvelope(keyspace, kind, number)
        ?? throw VaultFaults.Envelope($"there is none of kind {kind} and number {number}");

    /// <summary>False too where the key itself is what is lost.</summary>
    public static bool IsSigned(Envelope envelope, byte[] accessKey)
    {
        try
        {
            return PublicKeys.IsSigned(envelope, accessKey);
        }
        catch (FaultException)
        {
            return false;
        }
    }

    public static void WriteRecords(OpenVault vault, Envelope envelope, bool isNew, bool isActive)
    {
        var head = envelope.Head;
        if (isNew)
        {
            vault.Records.Write(head.Keyspace, RecordKind.Envelope, json =>
            {
                json.WriteBase64String("bytes"u8, envelope.Bytes);
                json.WriteNumber("envelopeKind"u8, (byte)head.Kind);
                json.WriteNumber("number"u8, head.Number);
            });
        }
        if (!isActive) return;
        vault.Records.Write(head.Keyspace, RecordKind.EnvelopeState, json =>
        {
            json.WriteNumber("active"u8, head.Number);
            json.WriteNumber("envelopeKind"u8, (byte)head.Kind);
        });
    }

    /// <summary>What an <see cref="RecordKind.EnvelopeState"/> record says: which number of a kind is active.</summary>
    public static (byte Kind, uint Number) ReadState(JsonElement json) =>
        (json.Child("envelopeKind").GetByte(), json.Child("active").GetUInt32());
}
