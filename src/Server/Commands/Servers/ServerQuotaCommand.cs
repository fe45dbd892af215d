using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Servers;

/// <summary><c>coffer-vault server quota SERVER</c>: what a server may take.</summary>
internal sealed class ServerQuotaCommand : ConsoleCommand
{
    private readonly Argument<string> _server = ServerCommands.Argument();

    private readonly Option<string?> _bytes = new("--bytes")
    {
        Description = "At most so much stored: 500GB, 1.5TB, 200GiB; none takes the limit away",
        HelpName = "SIZE",
    };

    private readonly Option<int?> _points = new("--points")
    {
        Description = "Points a day and data source beyond the scheduled ones",
        HelpName = "N",
    };

    public ServerQuotaCommand()
        : base("quota", "Limit what a server stores, and how many points it makes",
            "coffer-vault server quota web1 --bytes 500GB --data /srv/vault",
            "coffer-vault server quota web1 --points 24 --data /srv/vault      # backs up by hand all day")
    {
        Add(_server);
        Options.Add(_bytes);
        Options.Add(_points);
        Validators.Add(result =>
        {
            if (result.GetValue(_bytes) is null && result.GetValue(_points) is null)
                result.AddError("Give --bytes or --points.");
        });
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var server = await Named.ServerAsync(vault, parsed.GetValue(_server)!);
        long? bytes = parsed.GetValue(_bytes) switch
        {
            null => server.QuotaBytes,
            "none" => null,
            { } size => Words.SizeOf(size),
        };
        var changed = await vault.SendAsync(
            HttpMethod.Put, $"/servers/{server.Id}/quota",
            new QuotaRequest(bytes, parsed.GetValue(_points) ?? server.ExtraPointsADay),
            ManagementJson.Default.QuotaRequest, ManagementJson.Default.ProtectedServer);
        vault.Report.Line($"{changed.Name}: "
            + (changed.QuotaBytes is { } quota ? $"at most {Words.Size(quota)} stored" : "no limit on what is stored")
            + $", and {Words.Count(changed.ExtraPointsADay, "point")} a day beyond its schedule.");
        return vault.Report.Done(changed, ManagementJson.Default.ProtectedServer);
    }
}
