using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Coffer.Domain.Security.SignIn;

/// <summary>
/// An account's authenticator app. A code is taken one step early or late, for clocks that differ, and each step once:
/// who reads a code over a shoulder cannot use it too (RFC 6238, section 5.2). The next value is to be stored before
/// the person is let in.
/// </summary>
/// <param name="Key">A secret of the account.</param>
/// <param name="LastStep">The newest step whose code was taken.</param>
public sealed record SecondFactor(byte[] Key, long LastStep = long.MinValue)
{
    /// <summary>Steps before and after now.</summary>
    private const int Drift = 1;

    /// <summary>The factor after the code; null where the code is not taken.</summary>
    public SecondFactor? Accept(string typed, DateTimeOffset now)
    {
        if (Totp.Read(typed) is not { } code) return null;
        long middle = Totp.StepAt(now);
        long? taken = null;
        // No early end: how long it takes tells nothing about which step the code is near.
        for (long step = middle - Drift; step <= middle + Drift; step++)
            if (AreEqual(Totp.CodeAt(Key, step), code) && step > LastStep) taken = step;
        return taken is { } used ? this with { LastStep = used } : null;
    }

    private static bool AreEqual(int a, int b) => CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in a)), MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in b)));
}
