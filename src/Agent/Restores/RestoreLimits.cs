namespace Coffer.Agent.Restores;

/// <summary>Everything in a restore that could grow without bound, and why it stops where it does.</summary>
public static class RestoreLimits
{
    /// <summary>Findings kept with their words; the rest is only counted.</summary>
    public const int Findings = 1000;

    /// <summary>
    /// Bundles for which files are being gathered: entries of one folder alternate between few of them.
    /// </summary>
    internal const int OpenBatches = 16;

    /// <summary>Files gathered for one bundle: about 1 MiB of 4 KiB files is 256, of empty-ish ones far more.</summary>
    internal const int BatchFiles = 1024;

    /// <summary>Batches handed to the writers and not yet taken.</summary>
    internal const int QueuedBatches = 16;

    /// <summary>
    /// Opened chunks that each writer keeps: 1 to 4 MiB each, so 64 MB for two writers and their frames.
    /// </summary>
    internal const int KeptChunks = 4;

    /// <summary>Two writers keep two cores busy beside the lister; more only wait for the disk.</summary>
    internal const int MaxWriters = 4;

    /// <summary>Attribute sets kept by value: trees use a handful.</summary>
    internal const int KeptXattrSets = 64;

    /// <summary>A copy's name is looked for up to this number; then the folder is told to be full of them.</summary>
    internal const int MaxCopies = 9999;

    /// <summary>Names in a directory: Linux file systems take 255 bytes.</summary>
    internal const int NameBytes = 255;

    /// <summary>Read at once while a file is compared with what is to be restored.</summary>
    internal const int CompareBytes = 256 << 10;

    /// <summary>
    /// How often the journal is brought up to date; each time everything so far is flushed to the disk.
    /// </summary>
    internal static readonly TimeSpan JournalInterval = TimeSpan.FromSeconds(30);

    /// <summary>How often progress is told.</summary>
    internal static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
}
