using Coffer.Domain.Passphrases;
using Coffer.Sealing;

namespace Coffer.Unit.Sealing;

public sealed class PassphraseGeneratorTests
{
    [Fact]
    public void Generate_ManyTimes_KeepsTheRulesAndTheShape()
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < 200; i++)
        {
            string passphrase = PassphraseGenerator.Generate();
            PassphraseRules.Broken(passphrase).ShouldBeNull();
            string[] groups = passphrase.Split('-');
            groups.Length.ShouldBe(7);
            groups.ShouldAllBe(g => g.Length == 4 && g.All(PassphraseGenerator.Alphabet.Contains));
            seen.Add(passphrase).ShouldBeTrue();
        }

        // With 5,600 draws of 31 signs, one that never comes up means that it cannot.
        PassphraseGenerator.Alphabet.ShouldAllBe(sign => seen.Any(p => p.Contains(sign)));
    }

    [Fact]
    public void Bits_StatedStrength_IsWhatTheAlphabetGives()
    {
        PassphraseGenerator.Alphabet.Distinct().Count().ShouldBe(PassphraseGenerator.Alphabet.Length);
        ((int)(28 * Math.Log2(PassphraseGenerator.Alphabet.Length))).ShouldBe(PassphraseGenerator.Bits);
        PassphraseGenerator.Bits.ShouldBeGreaterThanOrEqualTo(128);
    }
}
