namespace Coffer.FileSystem.Machines.Programs;

/// <summary>
/// Runs another program to its end:
/// 1. in a session of its own: it has no terminal, and all that it starts is one group with its number;
/// 2. with an empty standard input, / as its folder, and signals and environment as at the start of a system;
/// 3. what it writes is read while it runs, and the end of it kept;
/// 4. at its time limit, or when it is cancelled, the whole group is asked to end, and killed after a grace. Its number
/// goes back to the system only then, so that no other process can have it meanwhile.
/// What a program that ended by itself leaves running goes on; nobody reads what that writes.
/// </summary>
public static class ProgramRun
{
    /// <summary>For a program to tidy up once it was asked to end.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    public static async Task<ProgramEnd> RunAsync(
        ProgramOrder order, TimeProvider time, CancellationToken cancellationToken)
    {
        OsError error = SpawnedProgram.Start(order, TaskScheduler.Default, out var program);
        if (error.IsError) return ProgramEnd.NotStarted(error);
        using (program)
        {
            var cut = await WaitAsync(program!, order.TimeLimit, time, cancellationToken);
            return program!.Collect(cut);
        }
    }

    /// <returns>Why it was ended; null where it ended by itself.</returns>
    private static async Task<ProgramEnding?> WaitAsync(
        SpawnedProgram program, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await program.Ended.WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            await program.EndAsync(s_grace, time);
            return cancellationToken.IsCancellationRequested ? ProgramEnding.Cancelled : ProgramEnding.TimedOut;
        }
    }
}
