using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Settings;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Security;

/// <summary><c>coffer-vault security set</c>: changes switches; all that are given, or none.</summary>
internal sealed class SecuritySetCommand : ConsoleCommand
{
    private readonly Option<string?> _features = Switch("--features", "on|off", "PIN, soft delete, minimum retention");
    private readonly Option<string?> _softDelete = Switch(
        "--soft-delete", "on|off|always-on", "Whether deleted data can be brought back; always-on is for good");

    private readonly Option<string?> _immutability = Switch(
        "--immutability", "off|on|locked", "Whether points can go before their time; locked is for good");

    private readonly Option<string?> _multiUser = Switch(
        "--multi-user", "on|off", "Whether a second person has to approve what is dangerous");

    private readonly Option<string?> _guard = Switch(
        "--guard", "delete,shorter-retention,pin", "What a second person approves by choice; or none");

    private readonly Option<string?> _minimum = Switch(
        "--minimum", "30d,8w,6m,2y", "The least that policies may keep, in days, weeks, months, years");

    private readonly Option<int?> _period = new("--period")
    {
        Description = "Days from deletion to destruction: 14 to 180",
        HelpName = "DAYS",
    };

    private readonly Option<bool> _forGood = new("--for-good")
    {
        Description = "Go through a door that has no way back, for nobody",
    };

    private readonly Option<string?> _confirm = Confirmation.Option("the vault's name, where protection gets weaker");

    public SecuritySetCommand()
        : base("set", "Change the vault's switches",
            "coffer-vault security set --soft-delete on --period 30 --data /srv/vault",
            "coffer-vault security set --immutability locked --for-good --data /srv/vault",
            "coffer-vault security set --multi-user on --guard delete,pin --data /srv/vault")
    {
        foreach (var option in new Option[]
        {
            _features, _softDelete, _period, _immutability, _multiUser, _guard, _minimum, _forGood, _confirm,
        })
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        var overview = await vault.GetAsync("", ManagementJson.Default.VaultOverview);
        var from = overview.Security.Settings;
        var to = new SwitchWords(
            parsed.GetValue(_features), parsed.GetValue(_softDelete), parsed.GetValue(_period),
            parsed.GetValue(_immutability), parsed.GetValue(_multiUser), parsed.GetValue(_guard),
            parsed.GetValue(_minimum)).Applied(from);
        string? pin = await PinAsync(vault, from, to, overview.Name, parsed.GetValue(_confirm));
        var changed = await vault.SendAsync(
            HttpMethod.Patch, "/security", Changes(from, to, parsed.GetValue(_forGood)),
            ManagementJson.Default.SettingsChangeRequest, ManagementJson.Default.SecurityOverview, pin);
        SecurityCommands.Print(vault.Report, changed);
        return vault.Report.Done(changed, ManagementJson.Default.SecurityOverview);
    }

    /// <summary>Null where none is needed. What nobody can do the vault says better than a PIN for it would.</summary>
    private static async Task<string?> PinAsync(
        VaultConsole vault, SecuritySettings from, SecuritySettings to, string name, string? confirmed)
    {
        var change = SettingsChange.Judge(from, to, int.MaxValue);
        if (change.Weakens.Count == 0 || change.Refusal is not null) return null;
        vault.Report.Line($"This lets the vault {string.Join(", ", change.Weakens.Select(OperationWords.Of))}."
            + " What is deleted already keeps the period that it was deleted under.");
        Confirmation.Require(vault.Report, name, confirmed);
        var first = change.Weakens.FirstOrDefault(operation => OperationDemand.Of(operation, from).NeedsPin);
        return first == default ? null : await vault.PinAsync(first, null, to.ToText());
    }

    /// <summary>Only what is to be changed: what somebody else changes meanwhile must not be put back.</summary>
    private static SettingsChangeRequest Changes(SecuritySettings from, SecuritySettings to, bool isForGood) => new(
        from.HasSecurityFeatures == to.HasSecurityFeatures ? null : to.HasSecurityFeatures,
        from.SoftDelete == to.SoftDelete ? null : to.SoftDelete,
        from.Immutability == to.Immutability ? null : to.Immutability,
        from.MultiUser == to.MultiUser ? null : to.MultiUser,
        from.MinimumRetention == to.MinimumRetention ? null : to.MinimumRetention, isForGood);

    private static Option<string?> Switch(string name, string values, string description) =>
        new(name) { Description = description, HelpName = values };
}
