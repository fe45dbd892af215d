using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Domain.Retention;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary>
/// Puts another policy in force: says which points it lets go before it does, and has that confirmed where no PIN
/// guards it.
/// </summary>
internal static class PolicyEdit
{
    /// <summary>Adds to the policy in force.</summary>
    /// <param name="tell">What has changed.</param>
    public static async Task<Outcome> AddAsync(
        Invocation invocation, byte[][] paths, ExclusionPattern[] patterns, Action<PolicyAddition> tell)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        var before = invocation.Home.ReadPolicy();
        var addition = PolicyAddition.To(
            invocation, before ?? ProtectionPolicy.Empty(TimeZoneInfo.Local.Id), paths, patterns, machine.Place.Folder);
        if (!addition.IsChange)
        {
            invocation.Printer.Line("The policy has all of that already; nothing was changed.");
            return new Outcome(ExitCode.Completed, json => json.WriteNumber("version"u8, addition.Policy.Version));
        }

        var outcome = await PutAsync(invocation, before, addition.Policy);
        tell(addition);
        return outcome;
    }

    public static async Task<Outcome> PutAsync(Invocation invocation, ProtectionPolicy? before, ProtectionPolicy policy)
    {
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        policy = policy with { Version = (before?.Version ?? 0) + 1 };
        // As the one in force has them, no point is let go, and the vault need not be asked.
        bool isOfPoints = before is not null
            && !(before.Retention == policy.Retention && before.Schedule == policy.Schedule);
        int goes = isOfPoints ? await CountLostAsync(invocation, machine, before!, policy) : 0;
        if (goes > 0)
        {
            invocation.Printer.Line($"{Words.Count(goes, "point")} that the policy keeps now "
                + "would be let go at once; for a while deleted points can be brought back.");
            invocation.Printer.Flush();
            string? confirmed = invocation.Value(SharedOptions.Confirm);
            if (machine.Place.Service is null || confirmed is not null)
                LossConfirmation.Require(invocation, "policy", confirmed);
        }
        await PolicyStore.SaveAsync(invocation, policy);
        invocation.Printer.Line($"Policy version {policy.Version} is in force.");
        TellLeft(invocation.Printer, before, policy);
        return new Outcome(ExitCode.Completed, json =>
        {
            json.WriteNumber("version"u8, policy.Version);
            json.WriteNumber("pointsLetGo"u8, goes);
        });
    }

    /// <summary>What nobody may find out years later.</summary>
    private static void TellLeft(Printer printer, ProtectionPolicy? before, ProtectionPolicy policy)
    {
        foreach (var gone in before?.Items ?? [])
            if (!policy.Items.Any(item => PathRules.IsAtOrBelow(gone.Path, item.Path)))
                printer.Remark("policy.path-left", $"{PathText.Render(gone.Path)} is no longer backed up. What was"
                    + " backed up of it is kept and can be restored.");
        if (policy.Items.Count == 0)
            printer.Remark("policy.empty", "Nothing is protected any more. `coffer protect FOLDER` adds a path.");
        if (policy.Retention.KeepForEver && before?.Retention.KeepForEver != true)
            printer.Remark("policy.for-ever", "No tier of the retention is left, so points are kept for ever and the"
                + " vault only grows. `coffer policy set --daily 30`, say, has them expire again.");
    }

    /// <summary>Points that one policy keeps today and another does not.</summary>
    private static async Task<int> CountLostAsync(
        Invocation invocation, MachineRegistration machine, ProtectionPolicy before, ProtectionPolicy policy)
    {
        // Somebody waits for it, and it takes no keys.
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer policy");
        var points = await vault.ListPointsAsync(new PointFilter(Machine: machine.Id), invocation.Cancellation);
        var now = invocation.Time.GetUtcNow();
        return BySource(points).Sum(source =>
        {
            var kept = RetentionPreview.On(now, now, before.Retention, before.Schedule, source.Points).Kept;
            var still = RetentionPreview.On(now, now, policy.Retention, policy.Schedule, source.Points).Kept
                .Select(life => life.Point.Id).ToHashSet();
            return kept.Count(life => !still.Contains(life.Point.Id));
        });
    }

    /// <summary>Live, good points, by data source.</summary>
    public static IEnumerable<(string Label, IReadOnlyList<KeptPoint> Points)> BySource(
        IEnumerable<PointDescription> points) =>
        from point in points
        where point is { State: PointState.Live, IsGivenUp: false }
        group point by (point.Source, point.SourceLabel) into source
        select (source.Key.SourceLabel, (IReadOnlyList<KeptPoint>)[.. source.Select(
            point => point.ForRetention())]);

    /// <exception cref="FaultException"><c>policy.wrong</c>: each thing that is wrong.</exception>
    public static void Require(ProtectionPolicy policy)
    {
        PolicyProblem[] problems = [.. PolicyRules.Problems(policy)];
        if (problems.Length == 0) return;
        throw FaultException.Usage("policy.wrong",
            string.Join(" ", problems.Select(problem => $"{problem.Field}: {problem.Message} {problem.Right}")),
            "Nothing was changed.");
    }
}
