using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Commands;

/// <summary><c>coffer-vault time confirm</c>.</summary>
internal static class TimeCommands
{
    public static ConsoleVerb Confirm() => ConsoleVerb.Of(
        "confirm", "Say that the clock is right, so that expiry and purge go on",
        async vault =>
        {
            var confirmed = await vault.PostAsync("/time/confirm", ManagementJson.Default.TimeConfirmed);
            vault.Report.Line("The clock counts as right from now on;"
                + $" {Words.Count(confirmed.RightedPoints, "point")} got another time.");
            return vault.Report.Done(confirmed, ManagementJson.Default.TimeConfirmed);
        },
        "date; coffer-vault time confirm --data /srv/vault      # look at the clock first");
}
