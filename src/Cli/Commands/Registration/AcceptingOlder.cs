using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;

namespace Coffer.Cli.Commands.Registration;

/// <summary>
/// <c>coffer register --accept-older</c>: somebody knows why the vault shows less than it acknowledged, and the
/// warnings about that end.
/// </summary>
internal static class AcceptingOlder
{
    public static async Task<Outcome> RunAsync(Invocation invocation)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        using var running = await invocation.Home.LockJobAsync(
            "register --accept-older", invocation.Time, invocation.Cancellation);
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer register");
        var listed = await vault.ListPointsAsync(new PointFilter(Machine: machine.Id), invocation.Cancellation);
        var known = invocation.Home.ReadLastPoints();
        var now = invocation.Time.GetUtcNow();
        var missed = LastPoints.Missed(known, listed, now);
        invocation.Home.WriteLastPoints(LastPoints.Accept(known, listed, now));
        foreach (var (last, older) in missed)
            invocation.Printer.Line(
                $"{last.Label}: recovery point {older.Sequence} ({Words.Short(older.Point.ToString())})"
                + " is no longer expected of the vault.");
        if (missed.Count == 0)
            invocation.Printer.Line("The vault shows all that it has acknowledged: there is nothing to accept.");
        return new Outcome(ExitCode.Completed, json => json.WriteNumber("accepted"u8, missed.Count));
    }
}
