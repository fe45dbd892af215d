using Coffer.Domain;
using Coffer.Format.Envelopes;

namespace Coffer.Sealing.Argon2;

/// <summary>Argon2id within an envelope's bounds, by the first that is there: libsodium, libargon2, own code.</summary>
internal static class Argon2id
{
    /// <summary>Fills <paramref name="key"/>; the same whichever code computes it.</summary>
    /// <exception cref="FaultException"><c>memory.short</c>.</exception>
    public static void Derive(
        ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Argon2Parameters parameters, Span<byte> key)
    {
        Invariant.Holds(parameters != Argon2Parameters.None);
        var inputs = new Argon2Inputs
        {
            Password = password,
            Salt = salt,
            MemoryKib = parameters.MemoryKib,
            Passes = parameters.Passes,
            Lanes = parameters.Lanes,
        };
        try
        {
            DeriveByBest(inputs, key);
        }
        catch (OutOfMemoryException e)
        {
            throw FaultException.Failed("memory.short",
                $"The passphrase needs {parameters.MemoryKib / 1024} MiB of memory for a moment; they are not free.",
                "Close something, or use a machine with more memory.", e);
        }
    }

    private static void DeriveByBest(in Argon2Inputs inputs, Span<byte> key)
    {
        if (NativeArgon2id.HasSodium) NativeArgon2id.DeriveBySodium(inputs, key);
        else if (NativeArgon2id.HasArgon2) NativeArgon2id.DeriveByArgon2(inputs, key);
        else ManagedArgon2id.Derive(inputs, key);
    }
}
