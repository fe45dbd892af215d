using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;

namespace Coffer.Agent.Restores.Local;

/// <summary>The bytes of an open file of a snapshot.</summary>
internal sealed class SnapshotContent(SourceFile file, long size) : FileContent
{
    public override long Size => size;

    /// <summary>It is open: more is not to be known.</summary>
    public override ValueTask RequireAsync(ChunkReaders chunks, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    public override ValueTask<OsError> FillAsync(
        TargetFile target, ChunkReaders chunks, CancellationToken cancellationToken)
    {
        OsError error = target.CopyFrom(file, size, out OsError unread, cancellationToken);
        return unread.IsError
            ? throw new CorruptionException("file of the local point", "its bytes", unread.Text)
            : ValueTask.FromResult(error);
    }

    public override ValueTask<bool> IsInAsync(
        SourceFile existing, long length, bool mayHaveHoles, ChunkReaders chunks,
        CancellationToken cancellationToken) =>
        ValueTask.FromResult(ExistingEntry.HasContent(existing, file, length, mayHaveHoles));
}
