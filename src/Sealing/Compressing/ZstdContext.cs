using Coffer.Domain;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Sealing.Compressing;

/// <summary>Owns a native compression or decompression context; one thread at a time.</summary>
internal sealed unsafe class ZstdContext : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly ZstdLibrary _library;
    private readonly bool _compresses;

    private ZstdContext(ZstdLibrary library, bool compresses)
        : base(ownsHandle: true)
    {
        _library = library;
        _compresses = compresses;
        SetHandle(compresses ? library.CreateCompressor() : library.CreateDecompressor());
        if (IsInvalid) throw new InsufficientMemoryException("no memory for a zstd context");
    }

    public static ZstdContext ForCompressing(ZstdLibrary library)
    {
        var context = new ZstdContext(library, compresses: true);

        // The frame's header tells the size, its seal proves the bytes: both would be stored twice.
        context.Set(ZstdLibrary.ContentSizeParameter, 0);
        context.Set(ZstdLibrary.ChecksumParameter, 0);
        return context;
    }

    public static ZstdContext ForDecompressing(ZstdLibrary library)
    {
        var context = new ZstdContext(library, compresses: false);
        context.Set(ZstdLibrary.MaxWindowLogParameter, CompressionLimits.MaxWindowLog);
        return context;
    }

    public void Set(int parameter, int value)
    {
        nuint result = _compresses
            ? _library.SetCompressor(handle, parameter, value)
            : _library.SetDecompressor(handle, parameter, value);
        Invariant.Holds(!_library.IsError(result));
    }

    /// <summary>Compresses or decompresses in one call; false where zstd refuses, the target's size included.</summary>
    public bool TryRun(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        nuint result;
        fixed (byte* from = source, to = target)
        {
            result = _compresses
                ? _library.Compress(handle, to, (nuint)target.Length, from, (nuint)source.Length)
                : _library.Decompress(handle, to, (nuint)target.Length, from, (nuint)source.Length);
        }

        GC.KeepAlive(this);
        bool ok = !_library.IsError(result);
        written = ok ? (int)result : 0;
        return ok;
    }

    /// <summary>True where the bytes are one frame and nothing else: libzstd itself takes several in a row.</summary>
    public bool IsOneFrame(ReadOnlySpan<byte> source)
    {
        fixed (byte* from = source)
            return _library.FrameLength(from, (nuint)source.Length) == (nuint)source.Length;
    }

    protected override bool ReleaseHandle()
    {
        _ = _compresses ? _library.FreeCompressor(handle) : _library.FreeDecompressor(handle);
        return true;
    }
}
