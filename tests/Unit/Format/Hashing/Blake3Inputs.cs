using System.Runtime.Intrinsics.X86;

namespace Coffer.Unit.Format.Hashing;

internal static class Blake3Inputs
{
    /// <summary>The input of the published vectors.</summary>
    public static byte[] Counting(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)(i % 251);
        return bytes;
    }

    /// <summary>
    /// Sixteen lanes fall back to plain vector code, so they run anywhere; eight are AVX2 instructions.
    /// </summary>
    public static bool CanRun(int width) => width != 8 || Avx2.IsSupported;
}
