using System.Globalization;

namespace Coffer.Domain.Throttling;

/// <summary>How much may go over a line, in bits; with decimal multiples, as lines are sold.</summary>
public readonly record struct TransferRate
{
    /// <summary>Below it a vault takes a line for a broken one, as does the agent.</summary>
    public const long LowestBitsPerSecond = 64_000;

    /// <summary>Above it nothing is held back that any machine can send.</summary>
    public const long HighestBitsPerSecond = 1_000_000_000_000;

    private static readonly string[] s_units = ["bps", "bit/s", "bits/s", "bit", "bits"];

    private TransferRate(long bitsPerSecond) => BitsPerSecond = bitsPerSecond;

    public long BitsPerSecond { get; }

    /// <summary>Null where it is outside of the limits.</summary>
    public static TransferRate? Of(long bitsPerSecond) =>
        bitsPerSecond is >= LowestBitsPerSecond and <= HighestBitsPerSecond ? new TransferRate(bitsPerSecond) : null;

    /// <summary>Reads <c>10Mbps</c>, <c>512 kbit/s</c>, <c>1.5Gbit</c>.</summary>
    /// <exception cref="FaultException"><c>throttle.rate</c>.</exception>
    public static TransferRate Parse(string text)
    {
        string trimmed = text.Trim();
        int digits = 0;
        while (digits < trimmed.Length && (char.IsAsciiDigit(trimmed[digits]) || trimmed[digits] == '.')) digits++;
        string unit = trimmed[digits..].TrimStart();
        // A capital B stands for bytes, eight times as much: better asked than guessed.
        if (unit.Contains('B', StringComparison.Ordinal))
            throw Wrong($"'{text}' is a rate in bytes, or may be.", "Rates are in bits: 10Mbps, 512kbit/s.");
        if (!decimal.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out decimal number) || Multiple(unit) is not { } multiple || number > HighestBitsPerSecond)
            throw Wrong($"'{text}' is no rate.", "Give a number and its unit: 512Kbps, 10Mbps, 1.5Gbit/s.");
        return Of((long)(number * multiple)) ?? throw Wrong(
            $"'{text}' is not between 64 Kbps and 1000 Gbps.",
            "A slower line is taken for a broken one. To transfer nothing at all in some hours, set the schedule so.");
    }

    /// <summary><c>10 Mbps</c>; as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => BitsPerSecond switch
    {
        >= 1_000_000_000 => Text(1_000_000_000, "Gbps"),
        >= 1_000_000 => Text(1_000_000, "Mbps"),
        _ => Text(1_000, "Kbps"),
    };

    private string Text(long multiple, string unit) => string.Create(
        CultureInfo.InvariantCulture, $"{(decimal)BitsPerSecond / multiple:0.#########} {unit}");

    private static long? Multiple(string unit)
    {
        if (s_units.Contains(unit.ToLowerInvariant())) return 1;
        if (unit.Length == 0 || !s_units.Contains(unit[1..].ToLowerInvariant())) return null;
        return unit[0] switch
        {
            'k' or 'K' => 1_000,
            'm' or 'M' => 1_000_000,
            'g' or 'G' => 1_000_000_000,
            _ => null,
        };
    }

    private static FaultException Wrong(string message, string guidance) =>
        FaultException.Usage("throttle.rate", message, guidance);
}
