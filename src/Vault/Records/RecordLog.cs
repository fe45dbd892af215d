using System.Text.Json;
using Coffer.Domain;
using Coffer.Format.Records;
using Coffer.Storage;
using Coffer.Vault.Catalogs;

namespace Coffer.Vault.Records;

/// <summary>
/// Writes the vault's own small truths into the store. A record's number is raised in the catalog before it is used and
/// never used again: numbers are raised many at a time, and what is left of them at the end is lost.
/// </summary>
internal sealed class RecordLog(IObjectStore store, Catalog catalog)
{
    /// <summary>The scope of what is about the vault as a whole.</summary>
    public const string VaultScope = "vault";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Numbers> _numbers = [];

    /// <summary>Durable on return. A record counts before the catalog's row about the same, and without it.</summary>
    /// <returns>The record's counter within its scope.</returns>
    public long Write(KeyspaceId scope, string kind, Action<Utf8JsonWriter> members) =>
        Write(scope.ToString(), kind, members);

    /// <inheritdoc cref="Write(KeyspaceId, string, Action{Utf8JsonWriter})"/>
    /// <param name="scope">A keyspace, or <see cref="VaultScope"/>.</param>
    public long Write(string scope, string kind, Action<Utf8JsonWriter> members)
    {
        byte[] file = RecordFile.Encode(CanonicalJson.Write(members));
        Invariant.Holds(file.Length <= Format.Limits.MaxRecordBytes);
        long counter = NextNumber(scope, file.Length);
        var name = StoreName.Parse(RecordFile.StoreName(scope, counter, kind));
        using var write = store.Create();
        write.Append(file);
        // A number of this catalog that is taken: the catalog was restored from a copy while nobody looked.
        if (write.Commit(name) != CommitResult.Committed) throw VaultFaults.Behind(Catalog.FileName);
        return counter;
    }

    /// <summary>Bytes of records that the catalog has not been told of.</summary>
    public long UntoldBytes()
    {
        lock (_lock) return _numbers.Values.Sum(numbers => numbers.Bytes);
    }

    /// <summary>Tells the catalog of all bytes written; part of closing.</summary>
    public void TellBytes()
    {
        lock (_lock)
        {
            foreach (var (scope, numbers) in _numbers)
                if (numbers.Bytes > 0) catalog.RecordScopes.Raise(scope, 0, numbers.Bytes);
            _numbers.Clear();
        }
    }

    /// <summary>
    /// Reads the records of one kind of a scope, oldest first. Those that cannot be read are passed over.
    /// </summary>
    /// <param name="passed">Counts those that the disk did not give; the damaged ones are not counted.</param>
    public static IEnumerable<(long Counter, T Record)> Read<T>(
        IObjectStore store, KeyspaceId scope, string kind, Func<JsonElement, T> read, PassedOver? passed = null) =>
        Read(store, scope.ToString(), kind, after: -1, read, passed);

    /// <inheritdoc cref="Read{T}(IObjectStore, KeyspaceId, string, Func{JsonElement, T}, PassedOver?)"/>
    /// <param name="after">Those of this counter and below are not looked at.</param>
    public static IEnumerable<(long Counter, T Record)> Read<T>(
        IObjectStore store, string scope, string kind, long after, Func<JsonElement, T> read, PassedOver? passed)
    {
        string folder = $"records/{scope}";
        foreach (var entry in store.List(StoreName.Parse(folder)))
        {
            string last = entry.Name.Value[(folder.Length + 1)..];
            if (!RecordFile.TryParseName(last, out long counter, out string found) || found != kind) continue;
            if (counter <= after) continue;
            if (TryRead(store, entry, read, passed, out var record)) yield return (counter, record);
        }
    }

    /// <summary>One record; null where it is not there or cannot be read.</summary>
    public static T? TryRead<T>(
        IObjectStore store, KeyspaceId scope, long counter, string kind, Func<JsonElement, T> read)
        where T : class
    {
        var name = StoreName.Parse(RecordFile.StoreName(scope.ToString(), counter, kind));
        if (store.Length(name) is not { } length) return null;
        return TryRead(store, new StoreEntry(name, length), read, null, out var record) ? record : null;
    }

    private static bool TryRead<T>(
        IObjectStore store, StoreEntry entry, Func<JsonElement, T> read, PassedOver? passed, out T record)
    {
        // A second look: a wrong bit on the way from the disk, for once, must not cost what nothing else knows.
        return TryOnce(store, entry, read, null, out record) || TryOnce(store, entry, read, passed, out record);
    }

    private static bool TryOnce<T>(
        IObjectStore store, StoreEntry entry, Func<JsonElement, T> read, PassedOver? passed, out T record)
    {
        record = default!;
        if (entry.LengthBytes > Format.Limits.MaxRecordBytes) return false;
        var bytes = new byte[entry.LengthBytes];
        try
        {
            if (store.Read(entry.Name, 0, bytes) != bytes.Length) return false;
            record = CanonicalJson.Read(RecordFile.Decode(bytes, entry.Name.Value), entry.Name.Value, read);
            return true;
        }
        catch (CorruptionException)
        {
            return false;
        }
        catch (Exception e) when (PassedOver.Is(e))
        {
            passed?.Add(e);
            return false;
        }
    }

    private long NextNumber(string scope, int bytes)
    {
        lock (_lock)
        {
            var numbers = _numbers.GetValueOrDefault(scope);
            if (numbers.Next == numbers.End)
            {
                long first = catalog.RecordScopes.Raise(scope, Limits.RecordNumbersAtOnce, numbers.Bytes);
                numbers = new Numbers(first, first + Limits.RecordNumbersAtOnce, 0);
            }
            _numbers[scope] = numbers with { Next = numbers.Next + 1, Bytes = numbers.Bytes + bytes };
            return numbers.Next;
        }
    }

    /// <param name="Bytes">Written under these numbers and not yet told to the catalog.</param>
    private readonly record struct Numbers(long Next, long End, long Bytes);
}
