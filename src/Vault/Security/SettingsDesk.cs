using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Security;

/// <summary>Changes the vault's switches.</summary>
internal sealed class SettingsDesk(OpenVault vault)
{
    /// <param name="edit">From the switches as they are to what they shall be.</param>
    /// <param name="expected">The switches that the caller saw; null: whatever they are.</param>
    /// <param name="isForGood">The caller knows that some of it cannot be undone.</param>
    public SecuritySettings Change(
        Caller caller, SecuritySettings? expected, Func<SecuritySettings, SecuritySettings> edit, bool isForGood,
        string? pin)
    {
        caller.Require(UseCases.ChangeSettings, null, vault.Now);
        lock (vault.DocumentTurn)
        {
            var from = vault.Settings;
            if (expected is not null && expected != from)
                throw Domain.FaultException.Refused("settings.changed",
                    "Somebody has changed the switches meanwhile.", "Look at them again, and decide anew.");
            var to = edit(from);
            if (!Enum.IsDefined(to.Immutability) || !Enum.IsDefined(to.SoftDelete.Mode))
                throw Domain.FaultException.Usage("settings.value", "There is no such value of a switch.");
            var change = SettingsChange.Judge(from, to, Approvers());
            foreach (var permission in change.Permissions) caller.Require(permission, null, vault.Now);
            if (change.Refusal is { } refusal) throw new Domain.FaultException(refusal);
            if (from == to) return from;
            if (change.IsForGood && !isForGood) throw SecurityDeskFaults.ForGood();
            if (change.Weakens.Count > 0)
                new Guard(vault).Pass(caller, change.Weakens, null, to.ToText(), pin);
            vault.Audit.Append(caller.Name, UseCases.ChangeSettings.Name, "", AuditOutcome.Done,
                ("from", from.ToText()), ("to", to.ToText()));
            vault.Documents.Put(DocumentKinds.Settings, DocumentKinds.Vault, to);
            return to;
        }
    }

    private int Approvers() => vault.Documents.All(DocumentKinds.Account).Count(account =>
        account.Factor is not null && account.Roles.Contains(Role.SecurityAdministrator));
}
