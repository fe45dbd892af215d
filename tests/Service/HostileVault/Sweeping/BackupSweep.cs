using Coffer.Agent.Jobs;
using Coffer.Contracts.Jobs;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// A backup into a lying vault: the files stay as they are, and once the vault is honest again the next backup makes a
/// point that restores byte for byte.
/// </summary>
internal sealed class BackupSweep(ServiceFixture service, Victim machine) : Sweep
{
    private Victim? _fresh;
    private SortedDictionary<string, string> _before = [];

    private Victim Victim => _fresh!;

    /// <summary>The lies begin with the second backup of the same tree.</summary>
    public bool IsSecond { get; init; }

    protected override async Task PrepareAsync()
    {
        await CloseAllAsync(service);
        if (_fresh is not null) Directory.Delete(_fresh.Folder, recursive: true);
        _fresh = machine.Fresh();
        if (IsSecond)
        {
            await using var vault = Victim.Open();
            (await Victim.BackUpAsync(vault)).Report.State.ShouldBe(JobState.Completed);
            Victim.Data.Put("folder/new.bin", 3000, new Random(1));
            File.Delete(Path.Combine(Victim.Data.Folder, "a.txt"));
        }
        _before = Victim.Data.Look();
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = Victim.Open(between, time);
        var result = await Victim.BackUpAsync(vault);
        foreach (var source in result.Sources) RequireVaultsFault(source.Problem);
        result.Report.State.ShouldBeOneOf(JobState.Completed, JobState.CompletedWithWarnings, JobState.Failed);
    }

    protected override async Task CheckAsync(Exception? ended)
    {
        Victim.Data.Look().ShouldBe(_before);
        await using var vault = Victim.Open();
        var honest = await Victim.BackUpAsync(vault);
        honest.Report.State.ShouldBeOneOf(
            [JobState.Completed, JobState.CompletedWithWarnings],
            string.Join("; ", honest.Report.Findings.Select(finding => $"{finding.Code} {finding.Message}")));
        string target = Path.Combine(Victim.Folder, "back");
        (await Victim.RestoreAsync(vault, target)).Findings.ShouldBeEmpty();
        VictimTree.Look(Path.Combine(target, "data")).ShouldBe(_before);
    }
}
