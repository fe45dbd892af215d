namespace Coffer.Contracts.Http.Exchanges;

/// <summary>
/// Ends an exchange in which nothing moves any more. How long it takes in all depends on the line, and on the throttle
/// of this machine; so time is counted anew with every part of a body that goes or comes.
/// </summary>
/// <param name="length">Of the body that is sent.</param>
internal sealed class ExchangeLimit(
    Ask ask, long length, TimeProvider time, CancellationToken cancellationToken) : IDisposable
{
    // What is sent last lies with the system still, on a slow line for long; as does a short body, all of it.
    private readonly TimeSpan _patience = HttpLimits.AnswerTimeout + TimeSpan.FromSeconds(
        Math.Min(length, HttpLimits.BytesWithTheSystem) / HttpLimits.SlowestBytesPerSecond);

    private CancellationTokenSource? _late, _either;

    /// <summary>Time counts from here.</summary>
    public CancellationToken Begin()
    {
        _late = new CancellationTokenSource(_patience, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, cancellationToken);
        return _either.Token;
    }

    /// <param name="bytes">Of the body, in all.</param>
    public void Sent(long bytes)
    {
        Extend(_patience);
        ask.Note(bytes, 0);
    }

    /// <param name="bytes">Of the answer, in all.</param>
    /// <param name="isSuccess">A failure is none of the work's progress.</param>
    public void Received(long bytes, bool isSuccess)
    {
        Extend(HttpLimits.AnswerTimeout);
        if (isSuccess) ask.Note(0, bytes);
    }

    public void Dispose()
    {
        _either?.Dispose();
        _late?.Dispose();
    }

    // A body may be on its way still when its try is over: the answer came before its end.
    private void Extend(TimeSpan patience)
    {
        try
        {
            _late?.CancelAfter(patience);
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits for it any more.
        }
    }
}
