using Coffer.Domain;
using Coffer.Format.Hashing;

namespace Coffer.Agent.Caching.Places;

/// <param name="BytesDone">Copied or found equal, of <paramref name="BytesTotal"/>.</param>
public readonly record struct CacheMoveProgress(long BytesDone, long BytesTotal);

/// <summary>
/// Copies files of a cache one by one: written, synced, read back and compared by size and hash. What is there and
/// equal already stays, so that a move that was cut off goes on. Nothing is removed or changed where it comes from.
/// </summary>
internal sealed class CacheCopy(
    string from, string to, long bytesTotal, IProgress<CacheMoveProgress>? progress,
    CancellationToken cancellationToken)
{
    private const int PieceBytes = 1 << 20, HashBytes = 32;

    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly Blake3Hasher _hasher = new();
    private long _done;

    /// <exception cref="FaultException"><c>cache.copy</c>: what was written is not what is read back.</exception>
    public void Copy(CacheFile file)
    {
        string source = Path.Combine(from, file.Path), target = Path.Combine(to, file.Path);
        long begun = _done;
        byte[]? there = File.Exists(target) && new FileInfo(target).Length == file.Size ? HashOf(target) : null;
        if (there is null || !there.AsSpan().SequenceEqual(HashOf(source)))
        {
            byte[] written = Write(source, target);
            if (new FileInfo(target).Length != file.Size || !HashOf(target).AsSpan().SequenceEqual(written))
                throw FaultException.Failed("cache.copy", $"{target} does not hold what was just written to it.",
                    "Look at that disk's health, or choose another; the cache stays where it is.");
        }

        _done = begun + file.Size;
        progress?.Report(new CacheMoveProgress(_done, bytesTotal));
    }

    private byte[] Write(string source, string target)
    {
        // Anew: another user's file, or a link, must not be written through.
        File.Delete(target);
        using var read = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var written = new FileStream(target, options);
        byte[] hash = HashOf(read, piece => written.Write(piece.Span));
        written.Flush(flushToDisk: true);
        return hash;
    }

    private byte[] HashOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        return HashOf(file, null);
    }

    private byte[] HashOf(FileStream file, Action<ReadOnlyMemory<byte>>? taken)
    {
        _hasher.Reset();
        int read;
        while ((read = file.Read(_piece)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _hasher.Update(_piece.AsSpan(0, read));
            taken?.Invoke(_piece.AsMemory(0, read));
            if (taken is null) continue;
            _done += read;
            progress?.Report(new CacheMoveProgress(Math.Min(_done, bytesTotal), bytesTotal));
        }

        byte[] hash = new byte[HashBytes];
        _hasher.Finish(hash);
        return hash;
    }
}
