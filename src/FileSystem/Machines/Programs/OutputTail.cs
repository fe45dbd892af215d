namespace Coffer.FileSystem.Machines.Programs;

/// <summary>The end of an output of any length, in memory that does not grow with it.</summary>
internal sealed class OutputTail(int keptBytes)
{
    private byte[] _bytes = [];
    private int _length;

    public long TotalBytes { get; private set; }

    public void Add(ReadOnlySpan<byte> piece)
    {
        TotalBytes += piece.Length;
        if (piece.Length > keptBytes) piece = piece[^keptBytes..];
        // Up to twice as much, so that what is kept is moved once for each keptBytes that come and not at each piece.
        if (_length + piece.Length > 2 * keptBytes)
        {
            _bytes.AsSpan(_length - keptBytes, keptBytes).CopyTo(_bytes);
            _length = keptBytes;
        }

        if (_length + piece.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Min(2 * keptBytes, Math.Max(2 * _bytes.Length, _length + piece.Length)));
        piece.CopyTo(_bytes.AsSpan(_length));
        _length += piece.Length;
    }

    public byte[] ToArray() => _bytes.AsSpan(Math.Max(0, _length - keptBytes), Math.Min(_length, keptBytes)).ToArray();
}
