using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Writing;

/// <summary>The bytes of one regular file, wherever they are: all that the writing of files asks of them.</summary>
internal abstract class FileContent
{
    public abstract long Size { get; }

    /// <summary>What can be known before the file's name is taken in the target.</summary>
    /// <exception cref="CorruptionException">They are not to be had.</exception>
    public abstract ValueTask RequireAsync(ChunkReaders chunks, CancellationToken cancellationToken);

    /// <summary>Writes them all, and leaves holes where there are holes.</summary>
    /// <returns>What the target refused.</returns>
    /// <exception cref="CorruptionException">They cannot be read.</exception>
    public abstract ValueTask<OsError> FillAsync(
        TargetFile file, ChunkReaders chunks, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the first <paramref name="length"/> bytes of a file are these. With <paramref name="mayHaveHoles"/>
    /// zeros stand for anything: what a writer that was cut off had not come to.
    /// </summary>
    public abstract ValueTask<bool> IsInAsync(
        SourceFile file, long length, bool mayHaveHoles, ChunkReaders chunks, CancellationToken cancellationToken);
}
