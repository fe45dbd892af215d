using System.Reflection;
using System.Runtime.InteropServices;
using Coffer.Domain;

namespace Coffer.Sealing.Argon2;

/// <summary>Argon2id of the libraries that many systems have: libargon2 and libsodium. One lane, no secret.</summary>
/// <remarks>libargon2 clears its memory before freeing it; libsodium gives its pages back to the kernel.</remarks>
internal static unsafe partial class NativeArgon2id
{
    private const string Argon2 = "libargon2.so.1";
    private const string Sodium = "libsodium.so.23";

    /// <summary>ARGON2_MEMORY_ALLOCATION_ERROR of argon2.h.</summary>
    private const int MemoryAllocationError = -22;

    /// <summary>crypto_pwhash_ALG_ARGON2ID13 of crypto_pwhash.h.</summary>
    private const int Argon2Id13 = 2;

    /// <summary>crypto_pwhash_SALTBYTES: libsodium takes no other.</summary>
    private const int SodiumSaltSize = 16;

    public static bool HasArgon2() => IsThere(Argon2);

    public static bool HasSodium() => IsThere(Sodium);

    /// <exception cref="OutOfMemoryException">The memory cannot be had.</exception>
    public static void DeriveByArgon2(in Argon2Inputs inputs, Span<byte> tag)
    {
        Check(inputs);
        fixed (byte* password = inputs.Password, salt = inputs.Salt, output = tag)
        {
            int code = HashByArgon2((uint)inputs.Passes, (uint)inputs.MemoryKib, (uint)inputs.Lanes,
                password, (nuint)inputs.Password.Length, salt, (nuint)inputs.Salt.Length, output, (nuint)tag.Length);
            if (code == MemoryAllocationError) throw new OutOfMemoryException();
            Invariant.Holds(code == 0);
        }
    }

    /// <exception cref="OutOfMemoryException">The memory cannot be had; libsodium tells no other reason.</exception>
    public static void DeriveBySodium(in Argon2Inputs inputs, Span<byte> tag)
    {
        Check(inputs);
        Invariant.Holds(inputs.Salt.Length == SodiumSaltSize);

        // Chooses the code for this processor; without it the slowest is used. May be called any number of times.
        Invariant.Holds(InitializeSodium() >= 0);
        fixed (byte* password = inputs.Password, salt = inputs.Salt, output = tag)
        {
            int code = HashBySodium(output, (ulong)tag.Length, password, (ulong)inputs.Password.Length, salt,
                (ulong)inputs.Passes, (nuint)inputs.MemoryKib * 1024, Argon2Id13);
            if (code != 0) throw new OutOfMemoryException();
        }
    }

    private static void Check(in Argon2Inputs inputs) =>
        Invariant.Holds(inputs is { Lanes: 1, Secret.Length: 0, Associated.Length: 0 });

    // Only where the system keeps its libraries: never a file that lies beside the program.
    private static bool IsThere(string name) =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad(name, Assembly.GetExecutingAssembly(), DllImportSearchPath.System32, out _);

    [LibraryImport(Argon2, EntryPoint = "argon2id_hash_raw")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int HashByArgon2(
        uint passes, uint memoryKib, uint lanes, byte* password, nuint passwordSize, byte* salt, nuint saltSize,
        byte* output, nuint outputSize);

    [LibraryImport(Sodium, EntryPoint = "sodium_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int InitializeSodium();

    [LibraryImport(Sodium, EntryPoint = "crypto_pwhash")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int HashBySodium(
        byte* output, ulong outputSize, byte* password, ulong passwordSize, byte* salt, ulong passes,
        nuint memoryBytes, int algorithm);
}
