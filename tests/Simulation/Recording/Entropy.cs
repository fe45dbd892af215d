using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Coffer.Simulation.Recording;

/// <summary>
/// Random bytes that a seed decides, for this whole process: keys, nonces, ids and with them every name and every page
/// of an index come out the same each time, so that a crash can be repeated exactly. Of this test process only, by the
/// hook that OpenSSL has for it.
/// </summary>
internal static unsafe partial class Entropy
{
    private static readonly Lock Gate = new();
    private static Random s_random = new(0);

    /// <summary>False where the system's OpenSSL does not let itself be replaced: crashes repeat only nearly.</summary>
    public static bool IsSeeded { get; } = Install();

    /// <param name="seed">Of the whole run.</param>
    /// <param name="of">What of it comes next: no two parts of a run may draw the same ids.</param>
    public static void Seed(int seed, params ReadOnlySpan<int> of)
    {
        int mixed = seed;
        foreach (int part in of) mixed = unchecked((mixed ^ part) * 0x01000193 + 1);
        s_random = new Random(mixed);
    }

    private static bool Install()
    {
        RandomNumberGenerator.GetBytes(1); // loads the library
        var method = (Method*)NativeMemory.AllocZeroed((nuint)sizeof(Method));
        method->Bytes = method->PseudoRandom = &Fill;
        method->Status = &IsReady;
        try
        {
            if (SetMethod(method) != 1) return false;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
        Seed(1);
        byte[] first = RandomNumberGenerator.GetBytes(16);
        Seed(1);
        return RandomNumberGenerator.GetBytes(16).AsSpan().SequenceEqual(first);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Fill(byte* target, int count)
    {
        lock (Gate) s_random.NextBytes(new Span<byte>(target, count));
        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsReady() => 1;

    [LibraryImport("libcrypto.so.3", EntryPoint = "RAND_set_rand_method")]
    private static partial int SetMethod(Method* method);

    /// <summary><c>RAND_METHOD</c> of openssl/rand.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Method
    {
        public nint Seed;
        public delegate* unmanaged[Cdecl]<byte*, int, int> Bytes;
        public nint Cleanup, Add;
        public delegate* unmanaged[Cdecl]<byte*, int, int> PseudoRandom;
        public delegate* unmanaged[Cdecl]<int> Status;
    }
}
