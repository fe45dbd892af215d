using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Storage.Folders;

namespace Coffer.Vault.Seeding;

/// <summary>
/// A pack of a seed as the network would bring it: its head and its frames. Where they end is told by the pack's own
/// footer, which nobody has proved; where that lies, the name does not come out right and nothing is taken.
/// </summary>
internal sealed class SeedPackStream : Stream
{
    private readonly ForeignFile _file;
    private long _at;

    private SeedPackStream(ForeignFile file, long length) => (_file, Length) = (file, length);

    /// <summary>Of head and frames.</summary>
    public override long Length { get; }

    /// <summary>Of the whole pack.</summary>
    public long PackLength => _file.Length;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Position
    {
        get => _at;
        set => throw new NotSupportedException();
    }

    /// <param name="file">Disposed of with the stream, or here where it is no pack.</param>
    /// <exception cref="CorruptionException">It is no pack.</exception>
    public static SeedPackStream Open(ForeignFile file)
    {
        try
        {
            if (file.Length is < PackHead.FixedSize + PackFooter.Size or > Format.Limits.MaxPackBytes)
                throw new CorruptionException(file.Name, "a pack", $"{file.Length} bytes");
            byte[] footer = new byte[PackFooter.Size];
            if (file.Read(file.Length - footer.Length, footer) != footer.Length)
                throw new CorruptionException(file.Name, "a pack", "a file that became shorter");
            return new SeedPackStream(file, PackFooter.Parse(footer, file.Length, file.Name).TableOffset);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <exception cref="CorruptionException">The disk does not give it.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            int read = _file.Read(_at, buffer[..(int)Math.Min(buffer.Length, Length - _at)]);
            _at += read;
            return read;
        }
        catch (IOException e)
        {
            throw new CorruptionException(_file.Name, "its bytes", e.Message, e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    // The import has a thread of its own, which may wait for a disk.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<int>(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }
}
