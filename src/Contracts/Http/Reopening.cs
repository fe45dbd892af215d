using Coffer.Domain;

namespace Coffer.Contracts.Http;

/// <summary>
/// What a service keeps for a client under an id, a session or a reader, and forgets when it is started anew: who is
/// told so opens another and asks again. For several threads at once; one of them opens, the others take what it got.
/// </summary>
/// <param name="ended">The fault's code by which the service tells that it does not know the id.</param>
/// <param name="open">Opens another. Throws where the work cannot go on with it.</param>
internal sealed class Reopening<TId>(TId first, string ended, Func<CancellationToken, Task<TId>> open)
    where TId : struct, IEquatable<TId>
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private TId _current = first;
    private int _reopened;

    public TId Current
    {
        get
        {
            lock (_lock) return _current;
        }
    }

    public async Task<T> CallAsync<T>(
        Func<TId, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (int tries = 0; ; tries++)
        {
            var used = Current;
            try
            {
                return await call(used, cancellationToken);
            }
            catch (FaultException e) when (e.Fault.Code == ended && tries < HttpLimits.ReopeningsAtOnce)
            {
                if (!await TryReopenAsync(used, cancellationToken)) throw;
            }
        }
    }

    private async Task<bool> TryReopenAsync(TId used, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!Current.Equals(used)) return true;
            if (++_reopened > HttpLimits.Reopenings) return false;
            var opened = await open(cancellationToken);
            lock (_lock) _current = opened;
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }
}
