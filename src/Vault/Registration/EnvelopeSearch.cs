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

    /// <summary>
    /// Distinct, of this keyspace: those that the access key signed, the highest numbers first, then others, those with
    /// the most copies first; whether they are genuine their keys tell.
    /// </summary>
    public static List<Envelope> Find(IObjectStore store, KeyspaceId keyspace, byte[] accessKey)
    {
        var signed = new Dictionary<string, Envelope>();
        var others = new Dictionary<string, (Envelope Envelope, int Copies)>();
        foreach (byte[] bytes in Copies(store, keyspace))
        {
            if (TryDecode(bytes, keyspace) is not { } envelope) continue;
            string name = Convert.ToHexString(bytes);
            if (signed.ContainsKey(name)) continue;
            if (!others.ContainsKey(name) && EnvelopeShelf.IsSigned(envelope, accessKey))
            {
                signed.Add(name, envelope);
                if (signed.Count > Limits.EnvelopesFound) signed.Remove(signed.MinBy(e => e.Value.Head.Number).Key);
            }
            else
            {
                Count(others, name, envelope);
            }
        }
        return
        [
            .. signed.Values.OrderByDescending(e => e.Head.Number),
            .. others.Values.OrderByDescending(o => o.Copies).Select(o => o.Envelope),
        ];
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

    // Frequent items in bounded memory (Misra and Gries 1982): where there are too many, each loses a copy. A genuine
    // one lies in every metadata pack and beside every point; a flood of forged ones, each alone, cannot push it out.
    private static void Count(
        Dictionary<string, (Envelope Envelope, int Copies)> found, string name, Envelope envelope)
    {
        if (found.TryGetValue(name, out var known) || found.Count < Limits.EnvelopesFound)
        {
            found[name] = (envelope, known.Copies + 1);
            return;
        }
        foreach (var (other, (its, copies)) in found.ToList())
        {
            if (copies == 1) found.Remove(other);
            else found[other] = (its, copies - 1);
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
