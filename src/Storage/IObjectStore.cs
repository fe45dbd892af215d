namespace Coffer.Storage;

/// <summary>
/// Durable named bytes. An object is written whole, under a name never used before, and is not changed afterwards.
/// Safe for use by several threads at once. Calls block; they belong on threads that may.
/// </summary>
/// <remarks>
/// Faults of every member: <c>store.full</c>, <c>store.quota</c>, <c>store.read-only</c>, <c>store.denied</c>,
/// <c>store.failing</c>, <c>store.lost</c> (docs/troubleshooting.md).
/// What else goes wrong below is an <see cref="IOException"/> that says what was being done to which name.
/// </remarks>
public interface IObjectStore : IDisposable
{
    /// <summary>Begins an object that has no name yet.</summary>
    IStoreWrite Create();

    /// <summary>
    /// Reads at <paramref name="offset"/> until <paramref name="target"/> is full or the object ends; returns the
    /// bytes read. Cheap when repeated: recently read objects stay open.
    /// </summary>
    /// <exception cref="MissingObjectException">Nothing has that name.</exception>
    int Read(StoreName name, long offset, Span<byte> target);

    /// <summary>Opens an object for many reads.</summary>
    /// <exception cref="MissingObjectException">Nothing has that name.</exception>
    IStoreRead Open(StoreName name);

    bool Exists(StoreName name);

    /// <summary>Bytes of the object; null when nothing has that name.</summary>
    long? Length(StoreName name);

    /// <summary>
    /// Objects below a folder, at any depth, in the order of their names; all of them when it is null. Lazy: what is
    /// committed or deleted meanwhile may or may not be seen.
    /// </summary>
    IEnumerable<StoreEntry> List(StoreName? folder = null);

    /// <summary>Removes an object durably; false when nothing had that name.</summary>
    bool Delete(StoreName name);

    StoreSpace Space();

    /// <summary>Removes what writers that no longer live left unfinished; returns how many.</summary>
    int RemoveLeftovers();
}

/// <summary>An object being written. One thread at a time. Disposing it uncommitted leaves nothing behind.</summary>
public interface IStoreWrite : IDisposable
{
    /// <summary>Bytes appended so far.</summary>
    long Length { get; }

    /// <summary>After any failure the write cannot be used again: begin anew.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Gives the bytes their name. On return the object survives a loss of power, also where it was
    /// <see cref="CommitResult.AlreadyThere"/>; the object that was there is never replaced or compared.
    /// Where this throws, the object may or may not be there.
    /// </summary>
    CommitResult Commit(StoreName name);
}

/// <summary>An object opened for reading; several threads may read at once.</summary>
public interface IStoreRead : IDisposable
{
    long Length { get; }

    /// <exception cref="Domain.CorruptionException">The object ends before the span is full.</exception>
    void ReadExactly(long offset, Span<byte> target);
}

public enum CommitResult
{
    Committed = 1,

    /// <summary>The name was taken; the bytes of this write were dropped.</summary>
    AlreadyThere = 2,
}

public readonly record struct StoreEntry(StoreName Name, long LengthBytes);

/// <summary>The disk under a store; free is what this user may still write.</summary>
public readonly record struct StoreSpace(long TotalBytes, long FreeBytes);

/// <summary>Nothing in the store has that name.</summary>
public sealed class MissingObjectException(StoreName name, Exception? inner = null)
    : IOException($"there is no object {name} in the store", inner)
{
    public StoreName Name { get; } = name;
}
