using Coffer.Agent.Homes;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Contracts.Points;
using Coffer.Format.Points;

namespace Coffer.Cli.Compose;

/// <summary>
/// What a vault can do unseen by the seals, and what tells it all the same: it shows less than it acknowledged, leaves
/// points out, or tells times and names of its own.
/// </summary>
internal static class PointWarnings
{
    /// <summary>Security: clocks that are further apart are told of.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    /// <summary>For who asks for the latest point: it may not be the latest.</summary>
    public static void TellOlder(Invocation invocation, OpenedVault opened, IReadOnlyList<PointDescription> all)
    {
        if (opened.Machine is null || opened.Member is not null) return;
        var known = invocation.Home.ReadLastPoints();
        foreach (var (last, older) in LastPoints.Missed(known, all, invocation.Time.GetUtcNow()))
            invocation.Printer.Warning(OlderVault.Code, older.Tell(last.Label));
    }

    /// <summary>Numbers that are missing among the points of the chosen ones' sources, up to these.</summary>
    public static void TellGaps(
        Printer printer, IReadOnlyList<PointDescription> all, IReadOnlyList<PointDescription> chosen)
    {
        foreach (var point in chosen)
        {
            long first = long.MaxValue, found = 0;
            foreach (var other in all)
            {
                if (other.Source != point.Source || other.Machine != point.Machine) continue;
                if (other.Sequence > point.Sequence) continue;
                first = Math.Min(first, other.Sequence);
                found++;
            }

            long missing = point.Sequence - first + 1 - found;
            if (missing > 0)
                printer.Remark("point.gap",
                    $"{point.SourceLabel}: of its points {first} to {point.Sequence}, {Words.Count(missing)} are not"
                    + " there any more.");
        }
    }

    /// <summary>What a point, sealed, says of itself against what the vault says of it and who was asked for.</summary>
    public static void TellOdd(Invocation invocation, OpenedVault opened, PointDescription listed, PointBody body)
    {
        if ((listed.ReceivedAt - body.AgentTime).Duration() > ClockTolerance)
            invocation.Printer.Remark("point.time",
                $"{listed.SourceLabel}: the machine's clock said {Words.Time(body.AgentTime)} when this point was"
                + $" begun, the vault's {Words.Time(listed.ReceivedAt)} when it came.");
        bool isAskedFor = opened.Server is not { } server || body.Machine.ToString() == server
            || string.Equals(body.MachineName, server, StringComparison.Ordinal);
        if (!isAskedFor)
            invocation.Printer.Remark("point.mismatch",
                $"This point is one of {body.MachineName} ({body.Machine}), by what it says of itself; {opened.Server}"
                + " was asked for. It may have had another name then.");
    }
}
