using Coffer.Domain;

namespace Coffer.Format.Packs;

/// <summary>
/// A pack is named by its keyspace and the BLAKE3 of all its bytes, so that sending it twice is once.
/// </summary>
public readonly record struct PackName(KeyspaceId Keyspace, ObjectId Hash)
{
    /// <summary>Where a pack lies in a store: two digits of the hash keep folders short.</summary>
    public string StoreName
    {
        get
        {
            string hash = Hash.ToString();
            return $"packs/{Keyspace}/{hash[..2]}/{hash}";
        }
    }

    public override string ToString() => $"{Keyspace}/{Hash}";
}
