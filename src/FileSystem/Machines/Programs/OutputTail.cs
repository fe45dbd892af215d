namespace Coffer.FileSystem.Machines.Programs;

/// <summary>The end of an output of any length, in memory that does not grow with it.</summary>
internal sealed class OutputTail(int keptBytes)
{
    // Twice as much, so that what is kept is moved once for each keptBytes that come and not at each piece.
    private readonly byte[] _bytes = new byte[2 * keptBytes];
    private int _length;

    public long TotalBytes { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        TotalBytes += piece.Length;
        if (piece.Length > keptBytes) piece = piece[^keptBytes..];
        if (_length + piece.Length > _bytes.Length)
        {
            _bytes.AsSpan(_length - keptBytes, keptBytes).CopyTo(_bytes);
            _length = keptBytes;
        }

        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    public byte[] ToArray() => _bytes.AsSpan(Math.Max(0, _length - keptBytes), Math.Min(_length, keptBytes)).ToArray();
}
