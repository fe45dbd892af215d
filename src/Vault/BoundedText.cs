namespace Coffer.Vault;

/// <summary>Text that somebody else has written, as long as it may be and no longer.</summary>
internal static class BoundedText
{
    private const char Cut = '…';

    /// <param name="length">In characters; longer text ends with a sign that something was cut off.</param>
    public static string Of(string text, int length)
    {
        if (text.Length <= length) return text;
        int end = length - 1;
        if (char.IsHighSurrogate(text[end - 1])) end--; // half a sign is none
        return text[..end] + Cut;
    }
}
