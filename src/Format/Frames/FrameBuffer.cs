using System.Runtime.InteropServices;
using Coffer.Domain;

namespace Coffer.Format.Frames;

/// <summary>Native memory that grows to what is asked of it and is used again and again; not thread-safe.</summary>
public sealed unsafe class FrameBuffer : IDisposable
{
    private byte* _memory;
    private int _capacity;

    ~FrameBuffer() => NativeMemory.Free(_memory);

    /// <summary>Bytes in use.</summary>
    public int Length { get; private set; }

    public Span<byte> Span => new(_memory, Length);

    /// <summary>Makes <paramref name="length"/> bytes available; what they held before is undefined.</summary>
    public Span<byte> Take(int length)
    {
        Invariant.Holds(length is >= 0 and <= Limits.MaxFrameBytes);
        if (length > _capacity)
        {
            // Growing by halves keeps a reader of mixed sizes from reallocating for each new record length.
            int capacity = Math.Max(length, Math.Min(Limits.MaxFrameBytes, _capacity + (_capacity / 2)));
            NativeMemory.Free(_memory);
            _memory = null;
            _capacity = 0;
            _memory = (byte*)NativeMemory.Alloc((nuint)capacity);
            _capacity = capacity;
        }

        Length = length;
        return Span;
    }

    /// <summary>Cuts the bytes in use, keeping the memory.</summary>
    public void Shorten(int length)
    {
        Invariant.Holds(length >= 0 && length <= Length);
        Length = length;
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _capacity = 0;
        Length = 0;
        GC.SuppressFinalize(this);
    }
}
