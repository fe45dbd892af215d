using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Storage;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Records;

namespace Coffer.Vault.Recovering;

/// <summary>
/// What the names of records tell, and which of them cannot be read. A new catalog must not give a number twice, not
/// even that of a record which is damaged.
/// </summary>
internal sealed class RecordSurvey
{
    private readonly Dictionary<string, (long Next, long Bytes)> _scopes = [];
    private readonly List<string> _damaged = [];

    public IReadOnlyList<string> Damaged => _damaged;

    public static RecordSurvey Read(IObjectStore store)
    {
        var survey = new RecordSurvey();
        foreach (var entry in store.List(StoreName.Parse("records")))
        {
            string[] parts = entry.Name.Value.Split('/');
            if (parts.Length != 3 || !RecordFile.TryParseName(parts[2], out long counter, out _)) continue;
            var (next, bytes) = survey._scopes.GetValueOrDefault(parts[1]);
            survey._scopes[parts[1]] = (Math.Max(next, counter + 1), bytes + entry.LengthBytes);
            if (!IsWhole(store, entry) && !IsWhole(store, entry)) survey._damaged.Add(entry.Name.Value);
        }
        return survey;
    }

    /// <summary>
    /// Whether the store has records of numbers that the catalog never gave, by their names alone. A copy of the
    /// catalog that was taken in the very opening that wrote them is told by nothing else.
    /// </summary>
    public static bool IsAhead(IObjectStore store, Catalog catalog)
    {
        var given = new Dictionary<string, long>();
        foreach (var entry in store.List(StoreName.Parse("records")))
        {
            string[] parts = entry.Name.Value.Split('/');
            if (parts.Length != 3 || !RecordFile.TryParseName(parts[2], out long counter, out _)) continue;
            if (!given.TryGetValue(parts[1], out long next))
                given[parts[1]] = next = catalog.RecordScopes.Next(parts[1]);
            if (counter >= next) return true;
        }
        return false;
    }

    public void Write(Catalog catalog)
    {
        foreach (var (scope, (next, bytes)) in _scopes) catalog.RecordScopes.Set(scope, next, bytes);
    }

    private static bool IsWhole(IObjectStore store, StoreEntry entry)
    {
        if (entry.LengthBytes > Format.Limits.MaxRecordBytes) return false;
        var bytes = new byte[entry.LengthBytes];
        try
        {
            if (store.Read(entry.Name, 0, bytes) != bytes.Length) return false;
            RecordFile.Decode(bytes, entry.Name.Value);
            return true;
        }
        catch (Exception e) when (e is CorruptionException || PassedOver.Is(e))
        {
            return false;
        }
    }
}
