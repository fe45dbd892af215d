namespace Coffer.Domain.Policies.Exclusions;

/// <summary>A set of byte values.</summary>
internal struct ByteSet
{
    private ulong _a, _b, _c, _d;

    public readonly bool Contains(byte value) => (Word(value >> 6) >> (value & 63) & 1) != 0;

    public void Add(byte value)
    {
        ulong bit = 1UL << (value & 63);
        switch (value >> 6)
        {
            case 0: _a |= bit; break;
            case 1: _b |= bit; break;
            case 2: _c |= bit; break;
            default: _d |= bit; break;
        }
    }

    /// <summary>Nothing where <paramref name="last"/> is below <paramref name="first"/>.</summary>
    public void AddRange(byte first, byte last)
    {
        for (int value = first; value <= last; value++) Add((byte)value);
    }

    /// <summary>One of POSIX's classes, in the C locale. False: there is none of that name.</summary>
    public bool TryAddClass(ReadOnlySpan<byte> name)
    {
        Func<byte, bool>? holds = System.Text.Encoding.ASCII.GetString(name) switch
        {
            "alnum" => b => char.IsAsciiLetterOrDigit((char)b),
            "alpha" => b => char.IsAsciiLetter((char)b),
            "blank" => b => b is (byte)' ' or (byte)'\t',
            "cntrl" => b => b is < 32 or 127,
            "digit" => b => char.IsAsciiDigit((char)b),
            "graph" => b => b is > 32 and < 127,
            "lower" => b => char.IsAsciiLetterLower((char)b),
            "print" => b => b is >= 32 and < 127,
            "punct" => b => b is > 32 and < 127 && !char.IsAsciiLetterOrDigit((char)b),
            "space" => b => b is (byte)' ' or >= 9 and <= 13,
            "upper" => b => char.IsAsciiLetterUpper((char)b),
            "xdigit" => b => char.IsAsciiHexDigit((char)b),
            _ => null,
        };
        for (int value = 0; holds is not null && value < 256; value++)
            if (holds((byte)value)) Add((byte)value);
        return holds is not null;
    }

    public readonly ByteSet Inverted() => new() { _a = ~_a, _b = ~_b, _c = ~_c, _d = ~_d };

    private readonly ulong Word(int index) => index switch { 0 => _a, 1 => _b, 2 => _c, _ => _d };
}
