using System.Runtime.InteropServices;

namespace Coffer.FileSystem;

/// <summary>Growable unmanaged memory: system calls write into it without pinning.</summary>
internal sealed unsafe class NativeBytes : IDisposable
{
    public NativeBytes(int capacity)
    {
        Pointer = (byte*)NativeMemory.Alloc((nuint)capacity);
        Capacity = capacity;
    }

    ~NativeBytes() => Free();

    public byte* Pointer { get; private set; }

    public int Capacity { get; private set; }

    /// <summary>Keeps what is there; at least doubles, so that appending stays linear.</summary>
    public void EnsureCapacity(int needed)
    {
        if (needed <= Capacity) return;
        int grown = (int)Math.Min(Math.Max(needed, Capacity * 2L), Array.MaxLength);
        Pointer = (byte*)NativeMemory.Realloc(Pointer, (nuint)grown);
        Capacity = grown;
    }

    /// <summary>
    /// Gives memory back after an unusually large use; what lies above <paramref name="capacity"/> is lost.
    /// </summary>
    public void Shrink(int capacity)
    {
        if (capacity >= Capacity) return;
        Pointer = (byte*)NativeMemory.Realloc(Pointer, (nuint)capacity);
        Capacity = capacity;
    }

    public Span<byte> Slice(int start, int length) => new(Pointer + start, length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
        Capacity = 0;
    }
}
