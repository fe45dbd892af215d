using System.Diagnostics.CodeAnalysis;

namespace Coffer.Storage;

/// <summary>
/// The name of an object: components of [a-z0-9._-] joined by '/'. Two names that a file system without regard to
/// case, or one that drops trailing dots, takes for the same cannot both be formed. Ordered by its bytes.
/// </summary>
public readonly record struct StoreName : IComparable<StoreName>
{
    /// <summary>First component that no name may have: where a disk store keeps what is not committed.</summary>
    public const string Unfinished = "tmp";

    private readonly string? _value;

    private StoreName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("the default StoreName names nothing");

    /// <exception cref="FormatException">The text is no name.</exception>
    public static StoreName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException($"'{text}' cannot name an object in a store");

    public static bool TryParse([NotNullWhen(true)] string? text, out StoreName name)
    {
        bool ok = text is { Length: > 0 and <= Limits.NameLength } && IsName(text);
        name = ok ? new StoreName(text!) : default;
        return ok;
    }

    /// <summary>True when this name lies below <paramref name="folder"/>, at any depth.</summary>
    public bool IsBelow(StoreName folder) =>
        Value.Length > folder.Value.Length && Value[folder.Value.Length] == '/'
        && Value.StartsWith(folder.Value, StringComparison.Ordinal);

    public int CompareTo(StoreName other) => string.CompareOrdinal(_value, other._value);

    public override string ToString() => Value;

    /// <summary>True when <paramref name="component"/> may stand between two slashes.</summary>
    internal static bool IsComponent(ReadOnlySpan<char> component)
    {
        if (component.IsEmpty || component[0] == '.' || component[^1] == '.') return false;
        foreach (char c in component)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('.' or '_' or '-')) return false;
        return !IsDevice(component);
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        int depth = 0;
        foreach (var range in text.Split('/'))
        {
            var component = text[range];
            if (!IsComponent(component) || ++depth > Limits.NameDepth) return false;
            if (depth == 1 && component.SequenceEqual(Unfinished)) return false;
        }
        return true;
    }

    // Windows opens a device for these whatever folder and extension they carry.
    private static bool IsDevice(ReadOnlySpan<char> component)
    {
        int dot = component.IndexOf('.');
        var stem = dot < 0 ? component : component[..dot];
        if (stem.Length == 3) return stem is "con" or "prn" or "aux" or "nul";
        return stem.Length == 4 && char.IsAsciiDigit(stem[3]) && (stem[..3] is "com" or "lpt");
    }
}
