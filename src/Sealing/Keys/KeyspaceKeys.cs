using System.Security.Cryptography;
using Coffer.Domain;

namespace Coffer.Sealing.Keys;

/// <summary>
/// The data key of a keyspace and the sub-keys that HKDF gives from it (no salt; info <c>coffer/1/NAME</c>), in one
/// pinned array that is zeroed on dispose. The spans may be read by several threads; <see cref="AccessKey"/> may not.
/// </summary>
public sealed class KeyspaceKeys : IDisposable
{
    /// <summary>Bytes of the data key and of each sub-key.</summary>
    public const int KeySize = 32;

    private const int SubKeys = 6;

    private readonly SecretBytes _keys = new(KeySize * (SubKeys + 2));
    private ECDsa? _accessKey;

    /// <param name="keyspace">Whose keys these are; not in the derivation, as each has its own data key.</param>
    /// <param name="dataKey">32 bytes; the caller keeps and zeroes its own copy.</param>
    public KeyspaceKeys(KeyspaceId keyspace, ReadOnlySpan<byte> dataKey)
    {
        Invariant.Holds(dataKey.Length == KeySize);
        Keyspace = keyspace;
        dataKey.CopyTo(DataKeySlot);
        KeyDerivation.Extract(dataKey, [], ExtractedSlot);
        KeyDerivation.Expand(ExtractedSlot, "ids"u8, Slot(2));
        KeyDerivation.Expand(ExtractedSlot, "gear"u8, Slot(3));
        KeyDerivation.Expand(ExtractedSlot, "cuts"u8, Slot(4));
        KeyDerivation.Expand(ExtractedSlot, "content"u8, Slot(5));
        KeyDerivation.Expand(ExtractedSlot, "data"u8, Slot(6));
        KeyDerivation.Expand(ExtractedSlot, "metadata"u8, Slot(7));
    }

    public KeyspaceId Keyspace { get; }

    /// <summary>The key that all others come from: for envelopes and for the system's protected store only.</summary>
    public ReadOnlySpan<byte> DataKey => DataKeySlot;

    /// <summary>Keys the BLAKE3 that names nodes.</summary>
    public ReadOnlySpan<byte> Ids => Slot(2);

    /// <summary>Makes the chunker's gear table.</summary>
    public ReadOnlySpan<byte> Gear => Slot(3);

    /// <summary>Keys the hash that says where bundles and listing pages end, and the one of hard-link groups.</summary>
    public ReadOnlySpan<byte> Cuts => Slot(4);

    /// <summary>Keys the content hash of small files.</summary>
    public ReadOnlySpan<byte> Content => Slot(5);

    /// <summary>Seals chunks.</summary>
    public ReadOnlySpan<byte> Data => Slot(6);

    /// <summary>Seals all other nodes.</summary>
    public ReadOnlySpan<byte> Metadata => Slot(7);

    /// <summary>Signs for the keyspace (ECDSA P-256). Made when first asked for; disposed with this.</summary>
    public ECDsa AccessKey => _accessKey ??= SigningKeys.Derive(ExtractedSlot, "access"u8);

    private Span<byte> DataKeySlot => Slot(0);

    private Span<byte> ExtractedSlot => Slot(1);

    /// <summary>A new keyspace with a new data key.</summary>
    public static KeyspaceKeys New()
    {
        using var dataKey = SecretBytes.Random(KeySize);
        return new KeyspaceKeys(KeyspaceId.New(), dataKey.Span);
    }

    public void Dispose()
    {
        _accessKey?.Dispose();
        _keys.Dispose();
    }

    private Span<byte> Slot(int number) => _keys.Span.Slice(number * KeySize, KeySize);
}
