namespace Coffer.Domain;

/// <summary>Bytes that are not what they claim to be: where, what was expected, what was found.</summary>
public sealed class CorruptionException(string place, string expected, string found, Exception? inner = null)
    : Exception($"{place}: expected {expected}, found {found}", inner)
{
    public string Place { get; } = place;

    public string Expected { get; } = expected;

    public string Found { get; } = found;
}
