namespace Coffer.Server.Hosting;

/// <summary>All that is at work now, in all vaults or in one: that is closed only when it has ended.</summary>
internal sealed class InFlight
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _none = Done();
    private int _count;

    /// <summary>Until what it returns is disposed of.</summary>
    public IDisposable Enter()
    {
        lock (_lock)
            if (_count++ == 0) _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Work(this);
    }

    public Task WaitForNoneAsync()
    {
        lock (_lock) return _none.Task;
    }

    private void Leave()
    {
        lock (_lock)
            if (--_count == 0) _none.SetResult();
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private sealed class Work(InFlight all) : IDisposable
    {
        public void Dispose() => all.Leave();
    }
}
