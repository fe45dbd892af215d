namespace Coffer.Contracts.Http.Connecting;

/// <summary>That somebody waits for the vault.</summary>
/// <param name="For">For so long nothing has come through.</param>
/// <param name="Reason">Of the last try that failed, a sentence; null: there was none, it is only silent.</param>
public sealed record LineWait(TimeSpan For, string? Reason);

/// <summary>How the line to a served vault does, for people who look on. For several threads.</summary>
public sealed class LineWatch(TimeProvider time)
{
    /// <summary>A commit may take so long, and a slow line for a piece of a pack; what is longer is worth a word.
    /// </summary>
    private static readonly TimeSpan s_notable = TimeSpan.FromSeconds(15);

    private long _movedAt, _sentBytes;
    private int _underWay, _bodies;
    private string? _reason;

    /// <summary>Of packs and other long bodies, those that were sent again counted again.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>A long body is on its way.</summary>
    public bool IsSending => Volatile.Read(ref _bodies) > 0;

    /// <summary>Null: nobody waits, or not for long and without a failure.</summary>
    public LineWait? Wait
    {
        get
        {
            if (Volatile.Read(ref _underWay) == 0) return null;
            string? reason = Volatile.Read(ref _reason);
            var waited = time.GetElapsedTime(Volatile.Read(ref _movedAt));
            return reason is null && waited < s_notable ? null : new LineWait(waited, reason);
        }
    }

    /// <summary>A request begins, however often it will be tried.</summary>
    internal void Enter()
    {
        if (Interlocked.Increment(ref _underWay) == 1) Moved();
    }

    internal void Leave() => Interlocked.Decrement(ref _underWay);

    /// <summary>A try begins to send a long body.</summary>
    internal void BeginBody() => Interlocked.Increment(ref _bodies);

    internal void EndBody() => Interlocked.Decrement(ref _bodies);

    /// <param name="bytes">More than before.</param>
    internal void Sent(long bytes) => Interlocked.Add(ref _sentBytes, bytes);

    /// <summary>Something came through.</summary>
    internal void Moved()
    {
        Volatile.Write(ref _movedAt, time.GetTimestamp());
        Volatile.Write(ref _reason, null);
    }

    /// <summary>A try failed, and there will be another.</summary>
    internal void Failed(string reason) => Volatile.Write(ref _reason, reason);
}
