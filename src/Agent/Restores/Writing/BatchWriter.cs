using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Restores.Writing;

/// <summary>One of the workers that open chunks and write what lies in them.</summary>
internal sealed class BatchWriter(RestoreScene scene, BatchQueue queue) : IDisposable
{
    private readonly EntryWriter _entries = new(scene);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in queue.Reader.ReadAllAsync(cancellationToken))
        {
            foreach (var work in batch.Files) await _entries.RestoreAsync(work, cancellationToken);
            foreach (var (file, segment) in batch.Segments)
                await WriteAsync(file, batch.Pages, segment, cancellationToken);
            queue.Done();
        }
    }

    public void Dispose() => _entries.Dispose();

    private async ValueTask WriteAsync(
        LargeFile file, PageReader pages, Segment segment, CancellationToken cancellationToken)
    {
        if (file.Damage is null)
        {
            try
            {
                var chunk = await _entries.Chunks.Of(pages).ReadAsync(segment.Chunk, cancellationToken);
                OsError error = file.File.Write(segment.FileOffset, ChunkReader.Slice(chunk, segment));
                RestoreFaults.ThrowIfHopeless(error, file.Work.Key);
                if (error.IsError) file.Fail($"it could not be written: {error.Text}");
            }
            catch (CorruptionException e)
            {
                file.Fail(e.Message);
            }
        }

        scene.Tally.BytesThrough(segment.Length);
        await LetGoAsync(scene, _entries, file, cancellationToken);
    }

    /// <summary>The last one finishes the file, or removes what there is of it.</summary>
    internal static ValueTask LetGoAsync(
        RestoreScene scene, EntryWriter entries, LargeFile file, CancellationToken cancellationToken)
    {
        if (!file.LetGo()) return ValueTask.CompletedTask;
        _ = scene.Unfinished.TryRemove(file, out _);
        if (file.Damage is not { } damage)
            return entries.FinishAsync(file.Work, file.File, file.Name, cancellationToken);
        file.File.Dispose();
        return entries.FailAsync(file.Work, damage, cancellationToken);
    }
}
