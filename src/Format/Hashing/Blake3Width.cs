using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

[assembly: InternalsVisibleTo("Coffer.Unit")]

namespace Coffer.Format.Hashing;

/// <summary>How many chunks are hashed side by side; the value is the number of 32-bit lanes.</summary>
internal enum Blake3Width : byte
{
    /// <summary>Not yet asked: the widest of this machine is looked up when the first long input comes.</summary>
    Widest = 0,
    One = 1,
    Four = 4,
    Eight = 8,
    Sixteen = 16,
}

/// <summary>What this machine offers. In a class of its own, because a check for a wide instruction set keeps the
/// method that makes it from being compiled ahead of time.</summary>
internal static class Blake3Widths
{
    // Not Vector512.IsHardwareAccelerated: the runtime answers no on processors that would lower their clock,
    // though the 16 lanes win there as well.
    public static Blake3Width Widest { get; } =
        Avx512F.IsSupported ? Blake3Width.Sixteen
        : Avx2.IsSupported ? Blake3Width.Eight
        : Vector128.IsHardwareAccelerated ? Blake3Width.Four
        : Blake3Width.One;
}
