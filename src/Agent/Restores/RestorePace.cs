using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Resuming;
using Coffer.Agent.Restores.Targets;
using Coffer.Agent.Restores.Writing;

namespace Coffer.Agent.Restores;

/// <summary>What is to be done every now and then, however fast the entries come: progress and journal.</summary>
internal sealed class RestorePace(
    IProgress<RestoreProgress>? progress,
    RestoreTally tally,
    TreeSize total,
    RestoreJournal? journal,
    RestoreTargets targets,
    TimeProvider time)
{
    private long _told = time.GetTimestamp();
    private long _noted = time.GetTimestamp();

    public TimeProvider Time { get; } = time;

    /// <summary>Called by the lister after each entry.</summary>
    /// <param name="queue">What is still to be written; null where each entry is done before the next.</param>
    /// <param name="path">The entry, relative to the volume.</param>
    public async ValueTask StepAsync(BatchQueue? queue, int part, byte[] path, CancellationToken cancellationToken)
    {
        Tell(cancellationToken);
        if (journal is null || Time.GetElapsedTime(_noted) < RestoreLimits.JournalInterval) return;
        if (queue is not null) await queue.DrainAsync(cancellationToken);
        // A note must not outlive what it speaks of: first the data, then the note. Where the flush fails there is
        // none.
        if (targets.All.All(static target => !target.Sync().IsError)) journal.Note(part, path);
        _noted = Time.GetTimestamp();
    }

    private void Tell(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (progress is null || Time.GetElapsedTime(_told) < RestoreLimits.ProgressInterval) return;
        _told = Time.GetTimestamp();
        progress.Report(tally.Progress(total));
    }
}
