namespace Coffer.Domain.Policies;

/// <summary>Says what a backup leaves out.</summary>
public interface IPathFilter
{
    /// <summary>
    /// Asked once for each entry below a chosen path, a directory before its contents; nothing below an excluded
    /// directory is asked about. Called by one thread at a time.
    /// </summary>
    /// <param name="absolutePath">As bytes, "/" between components, none at the end.</param>
    /// <param name="size">Of a regular file, bytes; 0 for anything else, or where it does not weigh.</param>
    bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0);

    /// <summary>Whether the size of a regular file weighs: it is then asked about once that is known.</summary>
    bool WeighsSizes { get; }
}
