using Coffer.Agent.Homes;
using Coffer.Agent.Scheduling;
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
        foreach (var (last, older) in LastPoints.Missed(home.ReadLastPoints(), facts.Points, now))
            warnings.Add((OlderVault.Code, older.Tell(last.Label)));
        if (facts.IsNothingProtected)
            warnings.Add(("policy.empty",
                "Nothing is protected: the policy selects no path. `coffer protect FOLDER` adds one."));
        if (facts.Points.Count == 0 && !facts.IsAllStopped)
            warnings.Add(("status.no-point", "There is no recovery point yet. `coffer backup` takes the first one."));
        else if (facts.Points.Count > 0 && !facts.IsAllStopped
            && now - facts.Points.Max(p => p.ReceivedAt) > s_oldPoint)
            warnings.Add(("status.old-point",
                $"The latest point is from {Words.Ago(facts.Points.Max(p => p.ReceivedAt), now)}."
                    + " `coffer backup` takes a new one."));
        AddJob(warnings, facts.LastBackup, "status.last-failed", "The last backup failed.", "says why");
        string again = facts.FailedVerify is { } verify && StatusFacts.IsDeep(verify) ? "verify --data" : "verify";
        AddJob(warnings, facts.FailedVerify, "status.verify-failed",
            "A verification found that something is missing or damaged, or did not come to its end.",
            $"tells what; `coffer backup` sends again what is still here, `coffer {again}` then looks again");
        if (home.HoldsPassphrase)
            warnings.Add(("passphrase.here",
                $"The passphrase still lies on this machine, in {home.PassphraseFile}. Move it elsewhere."));
        if (home.UnsettledPassphraseFile is { } unsettled)
            warnings.Add(("passphrase.unsettled",
                $"A change of the passphrase was cut off: what {unsettled} holds may be in force already."
                    + " `coffer passphrase change --generate` completes it."));
        if (KnownRuns.Read(home).Damage is { } damage)
            warnings.Add((damage.Code, $"{damage.Message} {damage.Guidance}"));
        if (facts.Policy is { } policy
            && DiskWarning.For(policy, facts.Machine.Place.Folder, MountTable.Read()) is { } disk)
            warnings.Add(("vault.same-disk", $"{disk} {DiskWarning.Cure}"));
        if (facts.Vault.IsTimeInDoubt)
            warnings.Add(
                ("vault.time", "The vault does not trust this machine's clock, so nothing expires. Check the date,"
                    + " then `coffer vault time confirm`."));
        if (IsUnchecked(facts, now))
            warnings.Add(
                ("vault.unchecked", "The vault was not read through for 90 days. `coffer vault scrub` does it."));
        return warnings;
    }

    private static bool IsUnchecked(StatusFacts facts, DateTimeOffset now)
    {
        if (facts.Points.Count == 0) return false;
        bool isOld = facts.Vault.LastFullCheck is not { } check || now - check > s_oldCheck;
        return isOld && now - facts.Points.Min(p => p.ReceivedAt) > s_oldCheck;
    }

    private static void AddJob(
        List<(string Code, string Text)> warnings, JobReport? job, string code, string text, string cure)
    {
        if (job is { State: JobState.Failed })
            warnings.Add((code, $"{text} `coffer job show {Words.Short(job.Id.ToString())}` {cure}."));
    }
}
