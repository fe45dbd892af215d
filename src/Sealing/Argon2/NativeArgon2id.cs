using System.Reflection;
using System.Runtime.InteropServices;
using Coffer.Domain;

namespace Coffer.Sealing.Argon2;

/// <summary>Argon2id of the libraries that many systems have: libsodium and libargon2. No secret.</summary>
/// <remarks>
/// Loaded by hand, as libsodium's file name differs between systems and a missing library is nothing out of the way.
/// libargon2 clears its memory before freeing it; libsodium gives its pages back to the kernel.
/// </remarks>
internal static unsafe class NativeArgon2id
{
    /// <summary>ARGON2_MEMORY_ALLOCATION_ERROR of argon2.h.</summary>
    private const int MemoryAllocationError = -22;

    /// <summary>crypto_pwhash_ALG_ARGON2ID13 of crypto_pwhash.h.</summary>
    private const int Argon2Id13 = 2;

    /// <summary>crypto_pwhash_SALTBYTES: libsodium takes no other.</summary>
    private const int SodiumSaltSize = 16;

    private static readonly nint s_argon2 = Load("libargon2.so.1");
    private static readonly nint s_sodium = Load("libsodium.so.26", "libsodium.so.23");

    public static bool HasArgon2 => s_argon2 != 0;

    public static bool HasSodium => s_sodium != 0;

    /// <summary>Any number of lanes, a thread each.</summary>
    /// <exception cref="OutOfMemoryException">The memory cannot be had.</exception>
    public static void DeriveByArgon2(in Argon2Inputs inputs, Span<byte> tag)
    {
        Invariant.Holds(inputs is { Secret.Length: 0, Associated.Length: 0 });

        // int argon2id_hash_raw(uint32_t t_cost, uint32_t m_cost, uint32_t parallelism, const void *pwd, size_t pwdlen,
        //                       const void *salt, size_t saltlen, void *hash, size_t hashlen)
        var hash = (delegate* unmanaged<uint, uint, uint, byte*, nuint, byte*, nuint, byte*, nuint, int>)
            NativeLibrary.GetExport(s_argon2, "argon2id_hash_raw");
        fixed (byte* password = inputs.Password, salt = inputs.Salt, output = tag)
        {
            int code = hash((uint)inputs.Passes, (uint)inputs.MemoryKib, (uint)inputs.Lanes,
                password, (nuint)inputs.Password.Length, salt, (nuint)inputs.Salt.Length, output, (nuint)tag.Length);
            if (code == MemoryAllocationError) throw new OutOfMemoryException();
            Invariant.Holds(code == 0);
        }
    }

    /// <summary>One lane.</summary>
    /// <exception cref="OutOfMemoryException">The memory cannot be had; libsodium tells no other reason.</exception>
    public static void DeriveBySodium(in Argon2Inputs inputs, Span<byte> tag)
    {
        Invariant.Holds(inputs is { Lanes: 1, Salt.Length: SodiumSaltSize, Secret.Length: 0, Associated.Length: 0 });

        // int sodium_init(void): chooses the code for this processor, else the slowest is used. May be repeated.
        var initialize = (delegate* unmanaged<int>)NativeLibrary.GetExport(s_sodium, "sodium_init");
        Invariant.Holds(initialize() >= 0);

        // int crypto_pwhash(unsigned char *out, unsigned long long outlen, const char *passwd,
        //                   unsigned long long passwdlen, const unsigned char *salt, unsigned long long opslimit,
        //                   size_t memlimit, int alg)
        var hash = (delegate* unmanaged<byte*, ulong, byte*, ulong, byte*, ulong, nuint, int, int>)
            NativeLibrary.GetExport(s_sodium, "crypto_pwhash");
        fixed (byte* password = inputs.Password, salt = inputs.Salt, output = tag)
        {
            int code = hash(output, (ulong)tag.Length, password, (ulong)inputs.Password.Length, salt,
                (ulong)inputs.Passes, (nuint)inputs.MemoryKib * 1024, Argon2Id13);
            if (code != 0) throw new OutOfMemoryException();
        }
    }

    /// <summary>The first that is there, or 0. Only the system's own, never a file beside the program.</summary>
    private static nint Load(params ReadOnlySpan<string> names)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(
                name, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32, out nint library)) return library;
        }

        return 0;
    }
}
