using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;
using Coffer.Server.Hosting;
using Coffer.Vault;

namespace Coffer.Server.Commands.Care;

/// <summary>
/// <c>coffer-vault check|scrub|collect</c>: has the running service do it now, and tells how it goes. Where none runs,
/// the command opens the vault's folder itself; the writer's lock sees to it that a service is not started meanwhile.
/// </summary>
internal sealed class CareCommand : ServiceCommand
{
    private readonly CareKind _kind;

    private readonly Option<bool> _stop = new("--stop")
    {
        Description = "Stop the one that runs, whoever began it; what was done is kept",
    };

    private CareCommand(CareKind kind, string description, params string[] examples)
        : base(kind.ToString().ToLowerInvariant(), description, examples)
    {
        _kind = kind;
        Options.Add(ConsoleCommand.Vault);
        Options.Add(_stop);
        Options.Add(Json);
    }

    public static CareCommand Check() => new(CareKind.Check,
        "Check now, without a key, that the vault has all that its recovery points need",
        "coffer-vault check --data /srv/vault");

    public static CareCommand Scrub() => new(CareKind.Scrub,
        "Read the whole vault now, without a key, and mend what is damaged; goes on where it was stopped",
        "coffer-vault scrub --data /srv/vault", "coffer-vault scrub --stop --data /srv/vault");

    public static CareCommand Collect() => new(CareKind.Collect,
        "Free now what no recovery point needs any more; goes on where it was stopped",
        "coffer-vault collect --data /srv/vault");

    protected override async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var report = new Report(parsed.GetValue(Json));
        var printer = new CarePrinter(report, TimeOf(parsed));
        string? name = parsed.GetValue(ConsoleCommand.Vault);
        using var client = new ConsoleClient(DataOf(parsed));
        if (await FindAsync(client, name, cancellationToken) is { } id)
        {
            var vault = new VaultConsole(client, id, report, cancellationToken);
            return parsed.GetValue(_stop)
                ? await StopAsync(vault)
                : printer.End(await new CareFollower(vault, printer, TimeOf(parsed)).RunAsync(_kind));
        }
        if (parsed.GetValue(_stop)) throw ConsoleClient.Away(DataOf(parsed));
        string folder = VaultsInFolder.One(DataOf(parsed), name);
        report.Note("No service runs on this folder: the command does it itself.");
        await using var opened = await EmbeddedVault.OpenAsync(
            folder, ServiceHost.OpenOptions(TimeOf(parsed), $"coffer-vault {Name}"), cancellationToken);
        return printer.End(opened.LookAfter(
            _kind, printer.Progress, () => !cancellationToken.IsCancellationRequested));
    }

    /// <summary>Null where no service answers.</summary>
    private static async Task<VaultId?> FindAsync(
        ConsoleClient client, string? name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.VaultAsync(name, cancellationToken);
        }
        catch (FaultException e) when (e.Fault.Code == ConsoleClient.AwayCode)
        {
            return null;
        }
    }

    private async Task<int> StopAsync(VaultConsole vault)
    {
        var runs = await vault.GetAsync("/care", ManagementJson.Default.CareOverview);
        var running = runs.Runs.FirstOrDefault(run => run.State == CareState.Running && run.Kind == _kind)
            ?? throw FaultException.Usage("care.none", $"No {Name} runs now.",
                "`coffer-vault status` shows what does.");
        await vault.SendAsync(HttpMethod.Delete, $"/care/{running.Id}");
        vault.Report.Line($"The {Name} that {running.By} began is being stopped.");
        return vault.Report.Done();
    }
}
