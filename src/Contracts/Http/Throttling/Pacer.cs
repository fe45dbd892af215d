using Coffer.Domain.Throttling;

namespace Coffer.Contracts.Http.Throttling;

/// <summary>
/// Lets bytes of one direction through at a rate, of all connections together. Credit grows with time at the rate of
/// the moment, up to a short burst; a piece goes when there is enough and takes it away. Who comes first goes first, a
/// piece at a time, so connections share evenly. Who waits looks again when the rate may have changed.
/// </summary>
/// <remarks>Credit is counted in bits times 100 ns, in integers: nothing is lost to rounding.</remarks>
internal sealed class Pacer(RateClock rates, TimeProvider time)
{
    private readonly SemaphoreSlim _turn = new(1);
    private long _heldAt = long.MinValue;

    // Whoever has the turn changes these.
    private Int128 _credit;
    private long _settledAt = time.GetTimestamp();
    private long _bitsPerSecond;

    /// <summary>So much should be handed over at once; null: as much as there is, nothing is held back now.</summary>
    public int? PieceBytes => rates.Look().Rate is { } rate ? PieceOf(rate.BitsPerSecond) : null;

    /// <summary>Somebody waits, or did a moment ago.</summary>
    public bool IsHolding => Volatile.Read(ref _heldAt) is var held && held != long.MinValue
        && time.GetElapsedTime(held) < ThrottleLimits.HeldRecently;

    /// <summary>Returns when these bytes may go.</summary>
    public ValueTask PassAsync(int bytes, CancellationToken cancellationToken)
    {
        if (rates.Look().Rate is null) return ValueTask.CompletedTask;
        return _turn.Wait(0, CancellationToken.None)
            ? HoldTurnAsync(bytes, cancellationToken)
            : AwaitTurnAsync(bytes, cancellationToken);
    }

    private async ValueTask AwaitTurnAsync(int bytes, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _heldAt, time.GetTimestamp());
        await _turn.WaitAsync(cancellationToken);
        await HoldTurnAsync(bytes, cancellationToken);
    }

    private async ValueTask HoldTurnAsync(int bytes, CancellationToken cancellationToken)
    {
        try
        {
            while (Take(bytes) is { } wait)
            {
                Volatile.Write(ref _heldAt, time.GetTimestamp());
                await Task.Delay(wait, time, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <returns>Null: they may go; else how long to wait before asking again.</returns>
    private TimeSpan? Take(int bytes)
    {
        var (rate, holds) = rates.Look();
        if (rate is not { BitsPerSecond: var bitsPerSecond }) return null;
        var most = Settle(bitsPerSecond);
        Int128 cost = (Int128)bytes * 8 * TimeSpan.TicksPerSecond;
        // Not more than there can ever be: a piece may have been cut for a faster rate.
        var missing = (cost < most ? cost : most) - _credit;
        if (missing <= 0)
        {
            _credit -= cost;
            return null;
        }
        // Whole milliseconds, as timers count, and upwards: rounded down to none the wait would be a busy one.
        long milliseconds = (long)(missing / bitsPerSecond / TimeSpan.TicksPerMillisecond) + 1;
        var wait = TimeSpan.FromMilliseconds(milliseconds);
        if (wait < ThrottleLimits.ShortestWait) wait = ThrottleLimits.ShortestWait;
        var look = TimeSpan.FromMilliseconds(Math.Ceiling(holds.TotalMilliseconds));
        return wait < look ? wait : look;
    }

    // Until now the rate before has held: whoever waits is woken when it changes, and else there is no more than a
    // burst. That comes on top of a piece: what a late timer gave must not be cut off.
    private Int128 Settle(long bitsPerSecond)
    {
        long now = time.GetTimestamp();
        long held = _bitsPerSecond == 0 ? bitsPerSecond : _bitsPerSecond;
        _credit += (Int128)time.GetElapsedTime(_settledAt, now).Ticks * held;
        (_settledAt, _bitsPerSecond) = (now, bitsPerSecond);
        var burst = (Int128)ThrottleLimits.Burst.Ticks * bitsPerSecond;
        var most = burst + ((Int128)PieceOf(bitsPerSecond) * 8 * TimeSpan.TicksPerSecond);
        if (_credit > most) _credit = most;
        return most;
    }

    private static int PieceOf(long bitsPerSecond) => (int)Math.Clamp(
        bitsPerSecond / 8 / ThrottleLimits.PiecesPerSecond, ThrottleLimits.MinPieceBytes,
        ThrottleLimits.MaxPieceBytes);
}
