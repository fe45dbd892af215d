using System.Security.Cryptography;

namespace Coffer.Sealing;

/// <summary>Draws passphrases that can be read aloud and typed: 28 signs in 7 groups of 4, joined by dashes.</summary>
public static class PassphraseGenerator
{
    /// <summary>Whole bits of chance in a generated passphrase: 28 × log2(31) = 138.7.</summary>
    public const int Bits = 138;

    /// <summary>Lower-case letters and digits without those that are taken for one another (0 o, 1 i l).</summary>
    internal const string Alphabet = "23456789abcdefghjkmnpqrstuvwxyz";

    private const int Groups = 7;
    private const int GroupLength = 4;

    public static string Generate() => string.Create(Groups * (GroupLength + 1) - 1, 0, static (text, _) =>
    {
        // Every sign is drawn, uniformly; the dashes then overwrite the ones in their places.
        RandomNumberGenerator.GetItems(Alphabet, text);
        for (int i = GroupLength; i < text.Length; i += GroupLength + 1) text[i] = '-';
    });
}
