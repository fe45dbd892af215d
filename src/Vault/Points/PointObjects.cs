using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Storage;

namespace Coffer.Vault.Points;

/// <summary>Reads what can be told of a point's or checkpoint's object without a key.</summary>
internal static class PointObjects
{
    /// <summary>What the node refers to, 32 bytes each; null where its object does not say, and why.</summary>
    public static byte[]? ReferencesOf(IObjectStore store, KeyspaceId keyspace, ObjectId point, out string reason) =>
        ReferencesOf(store, keyspace, point, out reason, out _);

    /// <param name="kind">Point where the object does not say.</param>
    public static byte[]? ReferencesOf(
        IObjectStore store, KeyspaceId keyspace, ObjectId point, out string reason, out NodeKind kind)
    {
        kind = NodeKind.Point;
        var name = StoreName.Parse(PointObject.StoreName(keyspace, point));
        reason = "";
        try
        {
            if (store.Length(name) is not { } length)
            {
                reason = "its own file is missing";
                return null;
            }
            if (length > PointObject.MaxBytes) throw new CorruptionException(name.Value, "a point", $"{length} bytes");
            var bytes = new byte[length];
            if (store.Read(name, 0, bytes) != length) throw new CorruptionException(name.Value, "all of it", "less");
            byte[] frame = PointObject.Parse(bytes, name.Value).Frame;
            var header = FrameHeader.ParseWhole(frame, name.Value);
            kind = header.Kind;
            if (header.Id == point && header.Keyspace == keyspace) return header.ReferencesOf(frame).ToArray();
            reason = "its own file holds another one";
        }
        catch (Exception e) when (e is CorruptionException or MissingObjectException)
        {
            reason = "its own file is damaged";
        }
        catch (FaultException e) when (e.Fault.Code == "store.failing")
        {
            reason = "the disk does not give its own file";
        }
        return null;
    }
}
