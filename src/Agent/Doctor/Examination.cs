using Coffer.Domain;

namespace Coffer.Agent.Doctor;

/// <summary>
/// Goes through checks, one after the other; whatever becomes of one, the next is made. A check that does not come to
/// its end in time is left behind: a call into a disk or server that hangs cannot be taken back.
/// </summary>
/// <param name="faultOf">How an error is told.</param>
public sealed class Examination(TimeProvider time, Func<Exception, Fault> faultOf)
{
    /// <summary>Somebody waits and looks on.</summary>
    public static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">Only where the caller asked for it.</exception>
    public async Task<CheckResult> MakeAsync(Check check, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(CheckTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // On a thread of its own: a stat of a dead mount does not come back.
            return await Task.Run(() => check.Look(either.Token), either.Token).WaitAsync(either.Token);
        }
        catch (Exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return CheckResult.Failed("doctor.slow", $"no answer within {CheckTime.TotalSeconds:0} s",
                "What is behind it hangs: a disk, a mount, or the way to the vault.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return CheckResult.Failed(faultOf(e));
        }
    }
}
