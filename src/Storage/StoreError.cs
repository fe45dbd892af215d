namespace Coffer.Storage;

/// <summary>What a disk answered, as far as somebody can do something about it.</summary>
public enum StoreError
{
    Other = 0,

    /// <summary>No space is left on it.</summary>
    Full = 1,

    /// <summary>This user has used up what it may take of it.</summary>
    Quota = 2,

    /// <summary>Mounted for reading only.</summary>
    ReadOnly = 3,

    /// <summary>This user may not.</summary>
    Denied = 4,

    /// <summary>It is there and cannot read or write: bad blocks, or a file system that is not whole.</summary>
    Failing = 5,

    /// <summary>It is no longer there: pulled out, unmounted, its server gone.</summary>
    Lost = 6,

    /// <summary>Nothing has that name.</summary>
    Missing = 7,

    /// <summary>This process, or the system, has as many files open as it may.</summary>
    OpenFiles = 8,
}
