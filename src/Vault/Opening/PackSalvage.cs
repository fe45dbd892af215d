using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Storage;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Opening;

/// <summary>
/// Makes out what a damaged pack holds: by its table where only the head is hurt, else by the heads of its frames, one
/// behind the other up to the first that is hurt itself. Nothing of it is proved; a scrub judges it afterwards.
/// </summary>
internal static class PackSalvage
{
    /// <summary>Null where nothing can be made out.</summary>
    public static (PackClass Class, IReadOnlyList<PackEntry> Entries)? TryRead(IObjectStore store, PackName name)
    {
        try
        {
            using var read = PackRepair.OpenEither(store, name);
            foreach (var packClass in (PackClass[])[PackClass.Data, PackClass.Metadata])
                if (TryTable(read, packClass, name) is { } entries) return (packClass, entries);
            var head = PackReader.ReadHead(read.Length, read.ReadExactly, $"pack {name}");
            return (head.Class, ByHeads(read, head, name.Keyspace));
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            return null;
        }
    }

    private static IReadOnlyList<PackEntry>? TryTable(IStoreRead read, PackClass packClass, PackName name)
    {
        try
        {
            return PackReader.ReadEntries(read.Length, read.ReadExactly, packClass, $"pack {name}");
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            return null;
        }
    }

    private static List<PackEntry> ByHeads(IStoreRead read, PackHead head, KeyspaceId keyspace)
    {
        var entries = new List<PackEntry>();
        var ids = new HashSet<ObjectId>();
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        try
        {
            for (long at = head.Length; at + FrameHeader.Size <= read.Length;)
            {
                read.ReadExactly(at, bytes);
                var frame = FrameHeader.Parse(bytes, $"frame at {at}");
                if (frame.Keyspace != keyspace || PackClasses.Of(frame.Kind) != head.Class || !ids.Add(frame.Id)) break;
                var references = new byte[frame.ReferenceCount * ObjectId.Size];
                read.ReadExactly(at + FrameHeader.Size, references);
                entries.Add(new PackEntry(frame.Id, frame.Kind, at, frame.FrameLength, default, references));
                at += frame.FrameLength;
            }
        }
        catch (Exception e) when (IsOfOneObject(e))
        {
            // Up to here.
        }
        return entries;
    }

    private static bool IsOfOneObject(Exception e) =>
        e is CorruptionException or MissingObjectException or FaultException { Fault.Code: "store.failing" };
}
