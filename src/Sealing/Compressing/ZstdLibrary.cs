using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: InternalsVisibleTo("Coffer.Unit")]

namespace Coffer.Sealing.Compressing;

/// <summary>
/// The system's libzstd, by function pointers: whether it is there is a question with an answer, and no resolver for
/// the whole assembly is needed to try its several names. Sizes are size_t; a size for which <see cref="IsError"/>
/// holds is an error code.
/// </summary>
internal sealed unsafe class ZstdLibrary
{
    // zstd.h: ZSTD_cParameter and ZSTD_dParameter.
    public const int LevelParameter = 100;
    public const int ContentSizeParameter = 200;
    public const int ChecksumParameter = 201;
    public const int MaxWindowLogParameter = 100;

    private static readonly Lazy<ZstdLibrary?> Loaded = new(Load);

    private readonly delegate* unmanaged<nuint, uint> _isError;

    private ZstdLibrary(nint library)
    {
        _isError = (delegate* unmanaged<nuint, uint>)Export("ZSTD_isError");
        CreateCompressor = (delegate* unmanaged<nint>)Export("ZSTD_createCCtx");
        FreeCompressor = (delegate* unmanaged<nint, nuint>)Export("ZSTD_freeCCtx");
        SetCompressor = (delegate* unmanaged<nint, int, int, nuint>)Export("ZSTD_CCtx_setParameter");
        Compress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)Export("ZSTD_compress2");
        CreateDecompressor = (delegate* unmanaged<nint>)Export("ZSTD_createDCtx");
        FreeDecompressor = (delegate* unmanaged<nint, nuint>)Export("ZSTD_freeDCtx");
        SetDecompressor = (delegate* unmanaged<nint, int, int, nuint>)Export("ZSTD_DCtx_setParameter");
        FrameLength = (delegate* unmanaged<byte*, nuint, nuint>)Export("ZSTD_findFrameCompressedSize");
        Decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint>)Export("ZSTD_decompressDCtx");

        nint Export(string name) => NativeLibrary.GetExport(library, name);
    }

    /// <summary>Null where the machine has none of at least version 1.4.</summary>
    public static ZstdLibrary? Instance => Loaded.Value;

    public delegate* unmanaged<nint> CreateCompressor { get; }

    public delegate* unmanaged<nint, nuint> FreeCompressor { get; }

    public delegate* unmanaged<nint, int, int, nuint> SetCompressor { get; }

    /// <summary>(context, target, its capacity, source, its size): bytes written.</summary>
    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Compress { get; }

    public delegate* unmanaged<nint> CreateDecompressor { get; }

    public delegate* unmanaged<nint, nuint> FreeDecompressor { get; }

    public delegate* unmanaged<nint, int, int, nuint> SetDecompressor { get; }

    /// <summary>(context, target, its capacity, source, its size): bytes written, never beyond the capacity.</summary>
    public delegate* unmanaged<nint, byte*, nuint, byte*, nuint, nuint> Decompress { get; }

    /// <summary>(source, its size): bytes of the frame that it begins with.</summary>
    public delegate* unmanaged<byte*, nuint, nuint> FrameLength { get; }

    public bool IsError(nuint size) => _isError(size) != 0;

    private static ZstdLibrary? Load()
    {
        ReadOnlySpan<string> names =
            OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"]
            : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "libzstd.dylib"]
            : ["libzstd.so.1", "libzstd.so"];

        // Never from the current folder: a protected folder may hold anything.
        const DllImportSearchPath Trusted = DllImportSearchPath.System32 | DllImportSearchPath.AssemblyDirectory;
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(ZstdLibrary).Assembly, Trusted, out nint library)) continue;

            // The newest of the functions used: stable since 1.4.
            if (NativeLibrary.TryGetExport(library, "ZSTD_compress2", out _)) return new ZstdLibrary(library);
            NativeLibrary.Free(library);
        }

        return null;
    }
}
