using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Protection;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Items;

/// <summary><c>coffer-vault point extend POINT --until DATE</c>: also of a machine that is gone.</summary>
internal sealed class PointExtendCommand : ConsoleCommand
{
    private readonly Argument<string> _point = PointCommands.Argument();

    private readonly Option<string> _until = new("--until")
    {
        Description = "Keep it at least until the end of this day: 2031-12-31",
        HelpName = "DATE",
        Required = true,
    };

    public PointExtendCommand()
        : base("extend", "Keep a point at least until a day, whatever its policy says; this cannot be taken back",
            "coffer-vault point extend 77d0a4 --until 2031-12-31 --data /srv/vault")
    {
        Add(_point);
        Options.Add(_until);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var until = DayOption.EndOf(parsed.GetValue(_until)!);
        var (item, point) = await Named.PointAsync(vault, parsed.GetValue(_point)!);
        var answer = await vault.SendAsync(
            HttpMethod.Post, $"/points/{point.Point.Id}/extend", new ExtendRequest(until),
            ManagementJson.Default.ExtendRequest, ManagementJson.Default.ExtendAnswer);
        vault.Report.Line($"Point {Words.Short($"{point.Point.Id}")} of {item.Label} of {item.ServerName} is kept at"
            + $" least until {Words.Time(until)}; as it is, until {Words.Time(answer.EndsAt, "for ever")}.");
        return vault.Report.Done(answer, ManagementJson.Default.ExtendAnswer);
    }
}
