using System.Collections.Concurrent;

namespace Coffer.Unit.Http.Throttling;

/// <summary>Runs asynchronous work on the caller's thread, one step after the other: orders are certain.</summary>
internal sealed class OneThread : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Call, object? State)> _steps = [];

    public static void Run(Func<Task> work)
    {
        var before = Current;
        using var thread = new OneThread();
        SetSynchronizationContext(thread);
        try
        {
            var running = work();
            _ = running.ContinueWith(
                _ => thread._steps.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
            foreach (var (call, state) in thread._steps.GetConsumingEnumerable()) call(state);
            running.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => _steps.Add((d, state));

    public void Dispose() => _steps.Dispose();
}
