using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Format.Points;
using Coffer.Storage.Folders;

namespace Coffer.Vault.Seeding;

/// <summary>
/// A folder that is said to hold seeds. It may come from anybody: no database in it is opened, no link in it followed,
/// and nothing of it is believed but what a server's key has signed.
/// </summary>
internal sealed class SeedFolder
{
    private readonly ForeignFolder _folder;

    private SeedFolder(ForeignFolder folder) => _folder = folder;

    public string Path => _folder.Path;

    /// <exception cref="FaultException"><c>seed.folder</c>, <c>seed.none</c>, <c>seed.unreadable</c>.</exception>
    public static SeedFolder Open(string path)
    {
        if (!System.IO.Path.IsPathFullyQualified(path)) throw SeedFaults.Path(path);
        var folder = new SeedFolder(new ForeignFolder(System.IO.Path.GetFullPath(path)));
        if (!folder._folder.Exists || folder.Names().Count == 0) throw SeedFaults.None(path);
        return folder;
    }

    /// <summary>The descriptions in it, by name.</summary>
    /// <exception cref="FaultException"><c>seed.unreadable</c>.</exception>
    public IReadOnlyList<string> Names()
    {
        try
        {
            return
            [
                .. _folder.Names(SeedManifest.NameBegin, SeedManifest.NameEnd, Limits.SeedsInFolder)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (IOException e)
        {
            throw SeedFaults.Unreadable(e.Message, e);
        }
    }

    /// <exception cref="CorruptionException">It is missing, longer than any, or none that can be read.</exception>
    public (SeedManifest Manifest, byte[] Message, byte[] Signature) ReadManifest(string name) =>
        SeedManifest.Decode(Read(name, Limits.SeedManifestBytes), name);

    /// <summary>The hashes of all packs, as the description's hash proves.</summary>
    /// <exception cref="CorruptionException">They are not those that were signed.</exception>
    public IReadOnlyList<ObjectId> ReadPackList(SeedManifest manifest)
    {
        string name = SeedManifest.ListNameOf(manifest.Keyspace);
        byte[] bytes = Read(name, checked((int)(manifest.Packs * ObjectId.Size)));
        if (!SeedManifest.HashOf(bytes).AsSpan().SequenceEqual(manifest.PackList))
            throw new CorruptionException(name, "the list of packs that was signed", "another");
        var hashes = new ObjectId[bytes.Length / ObjectId.Size];
        for (int i = 0; i < hashes.Length; i++) hashes[i] = new ObjectId(bytes.AsSpan(i * ObjectId.Size));
        return hashes;
    }

    /// <summary>The sealed frame of a point, just as it was signed.</summary>
    /// <exception cref="CorruptionException">It is missing, damaged or another.</exception>
    public byte[] ReadPoint(SeedManifest manifest, SeedPoint point)
    {
        string name = $"{Opening.VaultFolder.Store}/{PointObject.StoreName(manifest.Keyspace, point.Id)}";
        byte[] frame = PointObject.Parse(Read(name, PointObject.MaxBytes), name).Frame;
        return SeedManifest.HashOf(frame).AsSpan().SequenceEqual(point.FrameHash)
            ? frame
            : throw new CorruptionException(name, "the point that was signed", "another");
    }

    /// <summary>Head and frames of a pack, without what the vault makes itself: table and footer.</summary>
    /// <exception cref="CorruptionException">It is missing, or is no pack.</exception>
    public SeedPackStream OpenPack(PackName pack)
    {
        string name = $"{Opening.VaultFolder.Store}/{pack.StoreName}";
        try
        {
            return SeedPackStream.Open(_folder.Open(name) ?? throw Missing(name));
        }
        catch (IOException e)
        {
            throw new CorruptionException(name, "a pack", e.Message, e);
        }
    }

    /// <summary>Whether the disk is still there: where it is not, all else would be taken for damage.</summary>
    public bool IsThere(string name)
    {
        try
        {
            using var file = _folder.Open(name);
            Span<byte> first = stackalloc byte[1];
            return file?.Read(0, first) == 1;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private byte[] Read(string name, int most)
    {
        try
        {
            return _folder.Read(name, most) ?? throw Missing(name);
        }
        catch (IOException e)
        {
            throw new CorruptionException(name, "a part of the seed", e.Message, e);
        }
    }

    private static CorruptionException Missing(string name) => new(name, "a part of the seed", "no such file");
}
