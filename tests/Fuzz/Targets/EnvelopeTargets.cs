using System.Text;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;

namespace Coffer.Fuzz.Targets;

internal static class EnvelopeTargets
{
    public static IEnumerable<Target> List =>
    [
        new("envelope", [One()], static bytes => Envelope.Decode(bytes, "fuzz")),
        new("recovery key", [Encoding.ASCII.GetBytes(Key())], static bytes =>
        {
            using var key = RecoveryKey.Parse(Encoding.Latin1.GetString(bytes));
        }),
    ];

    private static string Key()
    {
        using var key = RecoveryKey.New();
        return key.ToText();
    }

    private static byte[] One() => EnvelopeSealer
        .Create(Samples.Keys, "a passphrase of a test", 1, Argon2Parameters.Default).Bytes.ToArray();
}
