namespace Coffer.Contracts.Http.Throttling;

/// <summary>
/// A connection whose bytes go and come at the rates of a throttle. While there is no limit they pass as they are. What
/// is read has arrived before it is counted: the next piece is read when this one was let through, and TCP holds the
/// sender back meanwhile.
/// </summary>
/// <param name="inner">The network; this one's from now on.</param>
internal sealed class PacedStream(Stream inner, Pacer up, Pacer down) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // A read of nothing waits for something to come; it must not wait for the rate.
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.Length > 0 && down.PieceBytes is { } piece
            ? ReadPieceAsync(buffer.Length <= piece ? buffer : buffer[..piece], cancellationToken)
            : inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        up.PieceBytes is null
            ? inner.WriteAsync(buffer, cancellationToken)
            : WritePiecesAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    // Nobody asks for these: the client never blocks. Unpaced they would be a hole.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask<int> ReadPieceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        if (read > 0) await down.PassAsync(read, cancellationToken);
        return read;
    }

    private async ValueTask WritePiecesAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!buffer.IsEmpty)
        {
            int piece = Math.Min(buffer.Length, up.PieceBytes ?? int.MaxValue);
            await up.PassAsync(piece, cancellationToken);
            await inner.WriteAsync(buffer[..piece], cancellationToken);
            buffer = buffer[piece..];
        }
    }
}
