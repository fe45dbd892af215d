using System.Buffers;

namespace Coffer.Domain;

/// <summary>Hexadecimal text of fixed-size ids; refuses instead of throwing.</summary>
public static class Hex
{
    /// <summary>True when <paramref name="text"/> fills <paramref name="target"/> exactly, in either case.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, Span<byte> target) =>
        text.Length == target.Length * 2
        && Convert.FromHexString(text, target, out _, out int written) == OperationStatus.Done
        && written == target.Length;
}
