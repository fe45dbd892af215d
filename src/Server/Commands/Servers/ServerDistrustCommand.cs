using System.CommandLine;
using System.Globalization;
using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary>
/// <c>coffer-vault server distrust SERVER --since TIME</c>: its key may have been in wrong hands since then.
/// </summary>
internal sealed class ServerDistrustCommand : ConsoleCommand
{
    private static readonly string[] s_forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private readonly Argument<string> _server = ServerCommands.Argument();

    private readonly Option<string> _since = new("--since")
    {
        Description = "The earliest time at which it may have been in other hands: 2026-03-01, '2026-03-01 12:00'",
        HelpName = "TIME",
        Required = true,
    };

    public ServerDistrustCommand()
        : base("distrust", "Use what a server has sent since then for no backup any more; nothing is deleted",
            "coffer-vault server distrust web1 --since '2026-03-01 12:00' --data /srv/vault")
    {
        Add(_server);
        Options.Add(_since);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var since = TimeOf(parsed.GetValue(_since)!);
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        var distrusted = await vault.SendAsync(
            HttpMethod.Post, $"/servers/{server.Id}/distrust", new DistrustRequest(since),
            ManagementJson.Default.DistrustRequest, ManagementJson.Default.ProtectedServer);
        vault.Report.Line($"What {server.Name} has sent since {Words.Time(since)} counts for no backup any more, its"
            + " own included; what it sends from now on counts for itself alone. The next backups send what they lack"
            + " by that; points that are there stay, and can be restored as far as they are sound.");
        vault.Report.Line($"Where somebody still has its key: `coffer-vault server revoke {server.Id}`. When it is"
            + $" sound again: `coffer-vault server trust {server.Id}`.");
        return vault.Report.Done(distrusted, ManagementJson.Default.ProtectedServer);
    }

    /// <summary>This machine's time where no zone is named; a day from its beginning.</summary>
    /// <exception cref="FaultException"><c>time.unreadable</c>.</exception>
    internal static DateTimeOffset TimeOf(string text) =>
        DateTimeOffset.TryParseExact(
            text, s_forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time)
            ? time
            : throw FaultException.Usage("time.unreadable", $"'{text}' is not a time.",
                "Write 2026-03-01, '2026-03-01 12:00', 2026-03-01T12:00:00Z or 2026-03-01T12:00:00+01:00.");
}
