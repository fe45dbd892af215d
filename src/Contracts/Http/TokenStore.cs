using Coffer.Contracts.Wire;

namespace Coffer.Contracts.Http;

/// <summary>A token: asked for when first needed, renewed before it ends, shared by all requests.</summary>
/// <param name="request">Asks the vault for one.</param>
internal sealed class TokenStore(TimeProvider time, Func<CancellationToken, Task<TokenAnswer>> request) : IDisposable
{
    private readonly SemaphoreSlim _renewing = new(1);
    private string? _token;
    private long _got;
    private TimeSpan _lifetime;

    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (Valid() is { } token) return token;
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            if (Valid() is { } renewed) return renewed;
            long asked = time.GetTimestamp();
            var answer = await request(cancellationToken);
            Put(answer, asked);
            return answer.Token;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <param name="asked">When it was asked for: it counts from no later than that.</param>
    public void Put(TokenAnswer answer, long asked)
    {
        (_got, _lifetime) = (asked, TimeSpan.FromSeconds(answer.LifetimeSeconds));
        Volatile.Write(ref _token, answer.Token);
    }

    /// <summary>The vault did not take it: the next request asks for another.</summary>
    public void Forget(string token) => Interlocked.CompareExchange(ref _token, null, token);

    public void Dispose() => _renewing.Dispose();

    private string? Valid() =>
        Volatile.Read(ref _token) is { } token && time.GetElapsedTime(_got) < _lifetime - HttpLimits.TokenReserve
            ? token
            : null;
}
