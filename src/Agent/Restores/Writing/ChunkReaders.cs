using Coffer.Agent.Browsing;

namespace Coffer.Agent.Restores.Writing;

/// <summary>A worker's readers of chunks, one for each vault's pages that it meets.</summary>
internal sealed class ChunkReaders : IDisposable
{
    private readonly Dictionary<PageReader, ChunkReader> _readers = [];

    public ChunkReader Of(PageReader pages)
    {
        if (!_readers.TryGetValue(pages, out var reader)) _readers.Add(pages, reader = new ChunkReader(pages));
        return reader;
    }

    public void Dispose()
    {
        foreach (var reader in _readers.Values) reader.Dispose();
    }
}
