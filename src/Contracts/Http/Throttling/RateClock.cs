using Coffer.Domain.Throttling;

namespace Coffer.Contracts.Http.Throttling;

/// <summary>
/// The rate of this moment. The rules are read anew every half minute, by whoever asks then: nothing runs beside a job
/// for it, and a change of the rules, the hour or the clock is found by the next piece. For several threads.
/// </summary>
internal sealed class RateClock
{
    private readonly Func<ThrottleRules?> _read;
    private readonly TimeProvider _time;
    private volatile Span _span;
    private long _lookedAt;

    /// <param name="read">Reads the rules that hold now; null: none. Throws nothing once it has answered.</param>
    public RateClock(Func<ThrottleRules?> read, TimeProvider time)
    {
        (_read, _time, _lookedAt) = (read, time, time.GetTimestamp());
        _span = SpanOf(read());
    }

    /// <returns>The rate, null for no limit; and for how long it holds before it has to be asked for again.</returns>
    public (TransferRate? Rate, TimeSpan For) Look()
    {
        long looked = Volatile.Read(ref _lookedAt), now = _time.GetTimestamp();
        var left = ThrottleLimits.LookEvery - _time.GetElapsedTime(looked, now);
        if (left <= TimeSpan.Zero)
        {
            left = ThrottleLimits.LookEvery;
            if (Interlocked.CompareExchange(ref _lookedAt, now, looked) == looked) _span = SpanOf(_read());
        }
        var span = _span;
        if (span.Rules is null) return (null, left);
        var instant = _time.GetUtcNow();
        if (instant < span.From || instant >= span.Until) _span = span = SpanOf(span.Rules);
        var hour = span.Until - instant;
        return (span.Rate, hour < left ? hour : left);
    }

    private Span SpanOf(ThrottleRules? rules)
    {
        if (rules is null) return new Span(null, null, default, default);
        var now = _time.GetUtcNow();
        return new Span(rules, rules.RateAt(now), now, rules.NextChange(now) ?? DateTimeOffset.MaxValue);
    }

    /// <param name="Until">Then, or before <paramref name="From"/>, the rules have to be asked again.</param>
    private sealed record Span(
        ThrottleRules? Rules, TransferRate? Rate, DateTimeOffset From, DateTimeOffset Until);
}
