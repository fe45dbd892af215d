using Coffer.Domain;
using Coffer.Format.Hashing;
using Coffer.Format.Packs;
using Coffer.Storage;

namespace Coffer.Vault.Scrubbing;

/// <summary>
/// Puts a pack's own bytes, proved by its name, in the place of its damaged file. A store never replaces an object, so:
/// 1. the whole bytes, durably under <c>mended/</c>;
/// 2. the damaged file goes;
/// 3. the bytes under the pack's name;
/// 4. the copy of 1 goes.
/// Who dies in between is finished by <see cref="FinishAll"/>: each step may be done twice.
/// </summary>
internal sealed class PackRepair(IObjectStore store, KeyspaceId keyspace)
{
    private const string Folder = "mended";
    private const int PartBytes = 1 << 20;

    public static string FolderOf(KeyspaceId keyspace) => $"{Folder}/{keyspace}";

    /// <summary>A pack, or between steps 2 and 3 its copy.</summary>
    /// <exception cref="MissingObjectException">Neither is there.</exception>
    public static IStoreRead OpenEither(IObjectStore store, PackName name)
    {
        try
        {
            return store.Open(StoreName.Parse(name.StoreName));
        }
        catch (MissingObjectException)
        {
            return store.Open(CopyOf(name));
        }
    }

    /// <param name="whole">The pack's bytes; ended by this.</param>
    public void Replace(IStoreWrite whole, PackName name)
    {
        whole.Commit(CopyOf(name));
        Finish(name);
    }

    /// <param name="isPresent">Whether a pack still counts; of others the copy is dropped.</param>
    public void FinishAll(Func<ObjectId, bool> isPresent)
    {
        using var check = new PackCheck(store);
        foreach (var entry in store.List(StoreName.Parse(FolderOf(keyspace))).ToList())
        {
            string last = entry.Name.Value[(entry.Name.Value.LastIndexOf('/') + 1)..];
            if (!ObjectId.TryParse(last, out var hash)) continue;
            var name = new PackName(keyspace, hash);
            if (!isPresent(hash)) store.Delete(entry.Name);
            else if (check.DifferenceIn(name, entry.Name) is null) Finish(name);
        }
    }

    private void Finish(PackName name)
    {
        var place = StoreName.Parse(name.StoreName);
        store.Delete(place);
        using (var read = store.Open(CopyOf(name)))
        using (var write = store.Create())
        {
            var hasher = new Blake3Hasher();
            byte[] part = new byte[Math.Min(read.Length, PartBytes)];
            for (long at = 0; at < read.Length; at += part.Length)
            {
                var bytes = part.AsSpan(0, (int)Math.Min(part.Length, read.Length - at));
                read.ReadExactly(at, bytes);
                write.Append(bytes);
                hasher.Update(bytes);
            }
            // A disk that gave wrong bytes for once: the copy is all there is, and the next opening goes on with it.
            Span<byte> hash = stackalloc byte[ObjectId.Size];
            hasher.Finish(hash);
            if (new ObjectId(hash) != name.Hash) throw new CorruptionException($"pack {name}", "its hash", "another");
            write.Commit(place);
        }
        store.Delete(CopyOf(name));
    }

    /// <summary>Where the copy of a pack lies while it is mended.</summary>
    public static StoreName CopyOf(PackName name) => StoreName.Parse($"{FolderOf(name.Keyspace)}/{name.Hash}");
}
