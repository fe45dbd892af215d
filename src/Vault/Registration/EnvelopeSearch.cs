using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Packs;
using Coffer.Format.Points;
using Coffer.Format.Records;
using Coffer.Storage;
using Coffer.Vault.Records;

namespace Coffer.Vault.Registration;

/// <summary>
/// Finds copies of a keyspace's envelopes wherever the store keeps some: in records, beside points and in the heads of
/// metadata packs. Looks at every point and pack, so it runs only where the catalog has none that can be used.
/// </summary>
internal static class EnvelopeSearch
{
    private const int PointHeadBytes = 64;

    /// <summary>Distinct, of this keyspace, highest numbers first; whether they are genuine their keys tell.</summary>
    public static List<Envelope> Find(IObjectStore store, KeyspaceId keyspace)
    {
        var found = new Dictionary<string, Envelope>();
        foreach (byte[] bytes in Copies(store, keyspace))
        {
            if (TryDecode(bytes, keyspace) is not { } envelope) continue;
            found.TryAdd(Convert.ToHexString(bytes), envelope);
            // Of a flood of forged ones the newest are kept: what was in use is among them or was never there.
            if (found.Count > Limits.EnvelopesFound) found.Remove(found.MinBy(e => e.Value.Head.Number).Key);
        }
        return [.. found.Values.OrderByDescending(e => e.Head.Number)];
    }

    /// <summary>Null where the bytes are none that this program can read, or one of another keyspace.</summary>
    public static Envelope? TryDecode(byte[] bytes, KeyspaceId keyspace)
    {
        try
        {
            var envelope = Envelope.Decode(bytes, "a copy of an envelope");
            return envelope.Head.Keyspace == keyspace ? envelope : null;
        }
        catch (Exception e) when (e is CorruptionException or FaultException)
        {
            return null;
        }
    }

    private static IEnumerable<byte[]> Copies(IObjectStore store, KeyspaceId keyspace)
    {
        foreach (var (_, bytes) in RecordLog.Read(
            store, keyspace, RecordKind.Envelope, json => json.Child("bytes").GetBytesFromBase64()))
            yield return bytes;
        foreach (var entry in store.List(StoreName.Parse($"points/{keyspace}")))
            foreach (byte[] bytes in Heads(store, entry, PointHeadBytes, PointObject.ReadEnvelopes)) yield return bytes;
        foreach (var entry in store.List(StoreName.Parse($"packs/{keyspace}")))
            foreach (byte[] bytes in Heads(store, entry, PackHead.FixedSize, PackEnvelopes)) yield return bytes;
    }

    private static IReadOnlyList<byte[]> PackEnvelopes(ReadOnlySpan<byte> head, string place) =>
        PackHead.Parse(head, place).Envelopes;

    private static IReadOnlyList<byte[]> Heads(
        IObjectStore store, StoreEntry entry, int fixedBytes, ReadHead read)
    {
        try
        {
            using var file = store.Open(entry.Name);
            var head = new byte[Math.Min(file.Length, fixedBytes + EnvelopesBytes)];
            file.ReadExactly(0, head);
            return read(head, entry.Name.Value);
        }
        catch (Exception e) when (e is CorruptionException or IOException || PassedOver.Is(e))
        {
            return []; // damaged, unreadable, or gone since it was listed: others carry the same
        }
    }

    private static int EnvelopesBytes => Format.Limits.MaxEnvelopes * (4 + Format.Limits.MaxEnvelopeBytes);

    private delegate IReadOnlyList<byte[]> ReadHead(ReadOnlySpan<byte> head, string place);
}
