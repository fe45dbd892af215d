using Coffer.Format.Packs;
using Coffer.Storage;

namespace Coffer.Vault.Collecting;

/// <summary>The tables of packs, read from the store: the index does not list frames by pack.</summary>
internal static class Tables
{
    /// <exception cref="Domain.CorruptionException">Damaged; nothing of it may be removed or passed over.</exception>
    public static PackReader Read(IObjectStore store, PackName name)
    {
        using var read = store.Open(StoreName.Parse(name.StoreName));
        return PackReader.Open(read.Length, read.ReadExactly, $"pack {name}");
    }
}
