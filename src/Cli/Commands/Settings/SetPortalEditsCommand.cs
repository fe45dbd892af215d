using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Settings;

/// <summary><c>coffer settings set portal-edits WHAT</c>: what is taken of policies edited at the vault.</summary>
internal sealed class SetPortalEditsCommand : CofferCommand
{
    private readonly Argument<string> _edits = new("WHAT")
    {
        Description = "all, schedule-and-retention or none",
    };

    public SetPortalEditsCommand()
        : base("portal-edits", "Choose what of the policy may be edited at the vault",
            "coffer settings set portal-edits schedule-and-retention      # the default",
            "coffer settings set portal-edits all      # the vault may have any file backed up",
            "coffer settings set portal-edits none") => Add(_edits);

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        string text = invocation.Value(_edits)!;
        var edits = AgentSettings.PortalEditsOf(text) ?? throw FaultException.Usage(
            "value.unknown", $"There is no '{text}'.", "Choose all, schedule-and-retention or none.");
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        invocation.Home.WriteSettings(invocation.Home.ReadSettings() with { PortalEdits = edits });
        return SettingsShow.Tell(invocation, invocation.Home.ReadSettings());
    }
}
