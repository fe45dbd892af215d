using Coffer.Agent.Listings;
using Coffer.FileSystem;
using Coffer.Format.Listing;
using Coffer.Format.Points;
using Coffer.Sealing.Frames;

namespace Coffer.Agent.Backups.Bases;

/// <summary>
/// A large file that an earlier run had begun: its extents so far, valid while the file is the same. Was it touched
/// later than <paramref name="settledBefore"/>, its times do not prove that.
/// </summary>
internal sealed class ResumedFile(FileInHand file, IReadOnlyList<Extent> extents, FileTime settledBefore)
{
    /// <summary>How long before the start of the run that read it a file must have been at rest.</summary>
    public const int RestSeconds = Limits.MappedWriteSeconds;

    public FileContent? TakeIfSame(ReadOnlySpan<byte> path, in FileMetadata now, NodeIds ids)
    {
        bool isSame = path.SequenceEqual(file.Path)
            && now.Size == (long)file.Size
            && now.Modified == new FileTime(file.MtimeSeconds, file.MtimeNanoseconds)
            && now.Changed == new FileTime(file.CtimeSeconds, file.CtimeNanoseconds)
            && now.Inode == file.Inode;
        if (!isSame || Settling.IsTouchedAfter(now, settledBefore)) return null;
        var content = new FileContent(ids);
        foreach (var extent in extents) content.Add(extent);
        return content;
    }
}
