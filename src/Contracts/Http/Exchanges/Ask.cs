namespace Coffer.Contracts.Http.Exchanges;

/// <summary>One request, however often it is tried.</summary>
/// <param name="content">Made anew for each try; null for none.</param>
/// <param name="maxBytes">A longer answer is refused.</param>
internal sealed class Ask(HttpMethod method, string path, Func<HttpContent>? content, int maxBytes)
{
    private readonly Lock _lock = new();
    private long _sent, _received;

    public HttpMethod Method => method;

    public string Path => path;

    public Func<HttpContent>? Content => content;

    public int MaxBytes => maxBytes;

    /// <summary>
    /// Called when a body comes further than in any try before; null where that is no progress of the work. What breaks
    /// off at the same place again and again is none either.
    /// </summary>
    public Action? Further { get; init; }

    /// <param name="sent">Bytes of the body that the connection has taken in this try.</param>
    /// <param name="received">Bytes of an answer that is none of a failure.</param>
    public void Note(long sent, long received)
    {
        lock (_lock)
        {
            if (sent <= _sent && received <= _received) return;
            (_sent, _received) = (Math.Max(sent, _sent), Math.Max(received, _received));
        }
        Further?.Invoke();
    }
}
