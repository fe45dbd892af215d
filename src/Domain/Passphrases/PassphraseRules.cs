using Coffer.Domain.Wording;

namespace Coffer.Domain.Passphrases;

/// <summary>What a passphrase must be before anything is derived from it.</summary>
public static class PassphraseRules
{
    /// <summary>Fewest characters.</summary>
    public const int MinimumLength = 16;

    /// <summary>Most characters: a bound for buffers and files, far above what anybody types.</summary>
    public const int MaximumLength = 1024;

    /// <summary>Space.</summary>
    private const char FirstAllowed = (char)32;

    /// <summary>Tilde: above it the bytes of a character depend on the system's encoding.</summary>
    private const char LastAllowed = (char)126;

    private const string Guidance = "Choose another, or let `coffer passphrase generate` make one.";

    /// <summary>The first rule that is broken, or null. Codes: <c>passphrase.short</c>, <c>passphrase.long</c>,
    /// <c>passphrase.characters</c>. Never quotes the passphrase itself.</summary>
    public static Fault? Broken(ReadOnlySpan<char> passphrase)
    {
        int odd = passphrase.IndexOfAnyExceptInRange(FirstAllowed, LastAllowed);
        if (odd >= 0)
            return Of("passphrase.characters",
                $"Character {odd + 1} of the passphrase is not one of the letters, digits, signs and spaces of ASCII.");
        if (passphrase.Length < MinimumLength)
            return Of("passphrase.short",
                $"The passphrase has {Counted.Of(passphrase.Length, "character")}; at least"
                + $" {MinimumLength} are needed.");
        return passphrase.Length > MaximumLength
            ? Of("passphrase.long",
                $"The passphrase has {Counted.Of(passphrase.Length, "character")}; at most"
                + $" {MaximumLength} are allowed.")
            : null;
    }

    private static Fault Of(string code, string message) => new(code, FaultKind.Usage, message, Guidance);
}
