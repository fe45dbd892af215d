using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Vault.Security;

namespace Coffer.Server.Commands.Items;

/// <summary><c>coffer-vault point …</c>.</summary>
internal static class PointCommands
{
    public static Command Noun() => new("point", "Recovery points of all servers")
    {
        ConsoleVerb.Of("list", "List the points of a backup item, and when they go", ItemCommands.Argument(), ListAsync,
            "coffer-vault point list 4f1c09ab --data /srv/vault"),
        ConsoleVerb.Of("hold", "Keep a point whatever its policy says", Argument(), HoldAsync,
            "coffer-vault point hold 77d0a4 --data /srv/vault"),
        new PointExtendCommand(),
        ConsoleVerb.Of("release", "Let a held point go by its policy again", Argument(), ReleaseAsync,
            "coffer-vault point release 77d0a4 --data /srv/vault"),
    };

    public static Argument<string> Argument() => new("POINT") { Description = "Its id, or the beginning of one" };

    private static async Task<int> ListAsync(VaultConsole vault, string named)
    {
        var points = await Named.PointsAsync(vault, await Named.ItemAsync(vault, named));
        var table = new TextTable("RECEIVED", "POINT", ">NUMBER", ">FILES", ">SIZE", "STATE", "GOES");
        foreach (var found in points)
        {
            vault.Report.Event("point", found, ManagementJson.Default.RecoveryPoint);
            var point = found.Point;
            bool isDeleted = point.State == PointState.SoftDeleted;
            table.Add(
                Words.Time(point.ReceivedAt), Words.Short($"{point.Id}"), $"{point.Sequence}",
                $"{point.Statistics.Files}", Words.Size(point.Statistics.Bytes),
                isDeleted ? "deleted" : point.IsHeld ? "held" : "live",
                Words.Time(isDeleted ? found.RestorableUntil : found.ExpiresAt, ""));
        }
        table.Print(vault.Report, "It has no recovery point.");
        return vault.Report.Done(json => json.WriteNumber("points"u8, points.Count));
    }

    private static async Task<int> HoldAsync(VaultConsole vault, string named)
    {
        var (item, point) = await Named.PointAsync(vault, named);
        await vault.SendAsync(HttpMethod.Post, $"/points/{point.Point.Id}/hold");
        vault.Report.Line($"Point {Words.Short($"{point.Point.Id}")} of {item.Label} of {item.ServerName} is kept until"
            + " it is released.");
        return vault.Report.Done();
    }

    private static async Task<int> ReleaseAsync(VaultConsole vault, string named)
    {
        var (item, found) = await Named.PointAsync(vault, named);
        var point = found.Point;
        vault.Report.Line($"This lets point {Words.Short($"{point.Id}")} of {item.Label} of {item.ServerName}"
            + $" ({Words.Time(point.ReceivedAt)}) go by its policy again"
            + (found.ExpiresAt is { } end ? $", at {Words.Time(end)}." : "."));
        string pin = await vault.PinAsync(CriticalOperation.RemoveHold, item.Server, Subjects.Of(point.Id));
        await vault.SendAsync(HttpMethod.Post, $"/points/{point.Id}/release", pin);
        vault.Report.Line("Released.");
        return vault.Report.Done();
    }
}
