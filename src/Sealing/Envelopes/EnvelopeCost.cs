using Coffer.Format.Envelopes;
using Coffer.Sealing.Argon2;

namespace Coffer.Sealing.Envelopes;

/// <summary>Chooses what trying one passphrase shall cost, from how fast this machine is.</summary>
public static class EnvelopeCost
{
    /// <summary>What a person who opens a vault does not mind, once.</summary>
    private static readonly TimeSpan s_bearable = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// The default memory and as many passes, 3 to 16, as half a second allows. Measures one derivation of 3 passes.
    /// Memory stays at its default, so that a small machine can still restore what a large one backed up.
    /// </summary>
    public static Argon2Parameters ForThisMachine(TimeProvider time)
    {
        Span<byte> nothing = stackalloc byte[EnvelopeLayout.SaltSize];
        Span<byte> unused = stackalloc byte[32];
        nothing.Clear();
        long start = time.GetTimestamp();
        Argon2id.Derive(nothing, nothing, Argon2Parameters.Default, unused);
        return For(time.GetElapsedTime(start));
    }

    /// <summary>The parameters where <see cref="Argon2Parameters.Default"/> takes <paramref name="elapsed"/>.</summary>
    internal static Argon2Parameters For(TimeSpan elapsed)
    {
        double times = elapsed > TimeSpan.Zero ? s_bearable / elapsed : double.MaxValue;
        int passes = (int)Math.Clamp(
            times * Argon2Parameters.MinimumPasses, Argon2Parameters.MinimumPasses, Argon2Parameters.MaximumPasses);
        return Argon2Parameters.Create(Argon2Parameters.MinimumMemoryKib, passes);
    }
}
