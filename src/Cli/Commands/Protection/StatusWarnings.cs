using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Contracts.Jobs;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Protection;

/// <summary>What needs attention, each with its cure.</summary>
internal static class StatusWarnings
{
    private static readonly TimeSpan s_oldCheck = TimeSpan.FromDays(90);
    private static readonly TimeSpan s_oldPoint = TimeSpan.FromDays(2);

    public static List<(string Code, string Text)> Of(AgentHome home, StatusFacts facts, DateTimeOffset now)
    {
        var warnings = new List<(string, string)>();
        if (facts.Points.Count == 0)
            warnings.Add(("status.no-point", "There is no recovery point yet. `coffer backup` takes the first one."));
        else if (now - facts.Points.Max(p => p.ReceivedAt) > s_oldPoint)
            warnings.Add(("status.old-point",
                $"The latest point is from {Words.Ago(facts.Points.Max(p => p.ReceivedAt), now)}."
                    + " `coffer backup` takes a new one."));
        if (facts.LastBackup is { State: JobState.Failed } failed)
            warnings.Add(("status.last-failed",
                $"The last backup failed. `coffer job show {Words.Short(failed.Id.ToString())}` says why."));
        if (home.HoldsPassphrase)
            warnings.Add(("passphrase.here",
                $"The passphrase still lies on this machine, in {home.PassphraseFile}. Move it elsewhere."));
        if (facts.Policy is { } policy
            && DiskWarning.For(policy, facts.Machine.VaultFolder, MountTable.Read()) is { } disk)
            warnings.Add(("vault.same-disk", $"{disk} {DiskWarning.Cure}"));
        if (facts.Vault.IsTimeInDoubt)
            warnings.Add(
                ("vault.time", "The vault does not trust this machine's clock, so nothing expires. Check the date."));
        bool isUnchecked = facts.Vault.LastFullCheck is not { } check || now - check > s_oldCheck;
        if (isUnchecked && facts.Points.Count > 0 && now - facts.Points.Min(p => p.ReceivedAt) > s_oldCheck)
            warnings.Add(
                ("vault.unchecked", "The vault was not read through for 90 days. `coffer verify --data` does it."));
        return warnings;
    }
}
