using Coffer.Contracts.Wire;

namespace Coffer.Contracts.Http.Connecting;

/// <summary>
/// How a machine follows its vault from one key to the next. The next key is taken from the vault alone, over a
/// connection to a key that is pinned already, so it is as good as that one. At most one is kept; the key before goes
/// once the vault has changed over.
/// </summary>
public static class PinRule
{
    /// <summary>The machine's clock may be so far behind the vault's.</summary>
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(10);

    /// <summary>What the machine knows after the vault has let it in; the same object where nothing changed.</summary>
    /// <param name="shown">The key of the connection; null: none was compared.</param>
    /// <param name="told">What the vault announced with its answer; null: nothing.</param>
    public static ServiceAddress After(ServiceAddress known, byte[]? shown, NextPin? told, DateTimeOffset now)
    {
        if (known.Pin is null || shown is null) return known; // trusted by its name: nothing to follow
        var after = known;
        if (after.NextPin is { } due && Same(shown, due.Pin) && now + s_tolerance >= due.From)
            after = after with { Pin = due.Pin, NextPin = null };
        if (!Same(shown, after.Pin!)) return after; // the next one, early: it says nothing new
        if (told is null) return after.NextPin is null ? after : after with { NextPin = null };
        return IsTakable(after, told, now) && !Same(after.NextPin, told) ? after with { NextPin = told } : after;
    }

    /// <summary>The key that is expected at a time, before any was shown.</summary>
    public static byte[]? Expected(ServiceAddress known, DateTimeOffset now) =>
        known.NextPin is { } next && now >= next.From ? next.Pin : known.Pin;

    /// <summary>Whether a key is the vault's: the pinned one, or the one that it announced.</summary>
    public static bool Accepts(ServiceAddress known, ReadOnlySpan<byte> shown) =>
        known.Pin is { } pin
        && (shown.SequenceEqual(pin) || (known.NextPin is { } next && shown.SequenceEqual(next.Pin)));

    private static bool IsTakable(ServiceAddress known, NextPin told, DateTimeOffset now) =>
        told.Pin.Length == NextPin.PinSize && !Same(told.Pin, known.Pin!) && told.From - now <= NextPin.Longest;

    private static bool Same(NextPin? one, NextPin other) =>
        one is not null && one.From == other.From && Same(one.Pin, other.Pin);

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}
