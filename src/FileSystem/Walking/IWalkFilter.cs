namespace Coffer.FileSystem.Walking;

/// <summary>Decides what a walk leaves out. Both questions are asked on the walking thread, in listing order.</summary>
public interface IWalkFilter
{
    /// <summary>
    /// Asked before any system call is spent on the entry. The type is what the directory says and may be
    /// <see cref="EntryType.Unknown"/>. False leaves out the entry and all below it.
    /// </summary>
    /// <param name="path">Relative to the volume's root, "/" between components.</param>
    bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, EntryType type);

    /// <summary>Asked once the metadata is known.</summary>
    bool Admits(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, in FileMetadata metadata);
}
