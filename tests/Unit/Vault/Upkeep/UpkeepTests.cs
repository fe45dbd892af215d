using Coffer.Domain;
using Coffer.Domain.Protection;
using Coffer.Domain.Security;
using Coffer.Format.Packs;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault;
using Coffer.Vault.Documents;
using Coffer.Vault.Scrubbing;
using Coffer.Vault.Upkeep;

namespace Coffer.Unit.Vault.Upkeep;

/// <summary>What a vault does after each backup, and when it has nothing to do.</summary>
public sealed class UpkeepTests : IDisposable
{
    private static readonly UpkeepRules s_rules = new();

    private readonly DamagedVault _vault = new();

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task Upkeep_AfterTheFirstBackup_HasNothingToDo()
    {
        await _vault.BackUpAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        ShouldBeIdle(Run(vault));
    }

    [Fact]
    public async Task Upkeep_AnExpiredPoint_IsDeletedThenPurgedThenCondemnedThenRemoved()
    {
        await _vault.BackUpAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        LetGo(vault, _vault.Fixture.Time.GetUtcNow() + TimeSpan.FromDays(1));
        Run(vault).Expired.ShouldBe(0);

        Days(1);
        Run(vault).Expired.ShouldBe(1);
        Days(SecurityLimits.ShortestSoftDeleteDays - 1);
        Run(vault).Purged.ShouldBe(0);
        Days(1);
        var purging = Run(vault);
        purging.Purged.ShouldBe(1);
        purging.Collections.Single().Condemned.ShouldBe(_vault.Graph.Ids.Count());
        Run(vault).Collections.ShouldBeEmpty(); // what was condemned waits for a day
        Days(1);
        Run(vault).RemovedPacks.ShouldBe(2);
        Run(vault).Collections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Upkeep_AHeldPoint_NeitherExpiresNorGoes()
    {
        await _vault.BackUpAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        LetGo(vault, _vault.Fixture.Time.GetUtcNow());
        vault.Points.Hold(_vault.Point.Id);
        for (int month = 0; month < 3; month++)
        {
            Days(30);
            var report = Run(vault);
            (report.Expired, report.Purged, report.RemovedPacks).ShouldBe((0, 0, 0));
        }
    }

    [Fact]
    public async Task Upkeep_ThatMayNotGoOn_CollectsNextTime()
    {
        await _vault.BackUpAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        Days(s_rules.CollectEvery.Days);
        vault.Upkeep(s_rules, () => false).Collections.ShouldBeEmpty();
        int steps = 0;
        vault.Upkeep(s_rules, () => steps++ < 2).Collections.Single().IsDone.ShouldBeFalse();
        Run(vault).Collections.Single().IsDone.ShouldBeTrue();
        ShouldBeIdle(Run(vault));
    }

    [Fact]
    public async Task Upkeep_PacksThatNobodyReadForLong_AreReadOnceAndMended()
    {
        await _vault.BackUpAsync();
        await using (var vault = await _vault.Fixture.OpenAsync())
        {
            Days(s_rules.ReadAgainAfter.Days - 1);
            Run(vault).Scrub.Packs.ShouldBe(0);
        }
        int offset = (int)_vault.Pack(PackClass.Data, out string path).Entries[0].Offset + 90;
        DamagedVault.Flip(path, offset);
        await using (var vault = await _vault.Fixture.OpenAsync())
        {
            Days(2);
            Run(vault).Scrub.Findings.Single().Fate.ShouldBe(PackFate.Quarantined);
            Run(vault).Scrub.Findings.ShouldBeEmpty();
            var status = await vault.ReadStatusAsync(default);
            status.LastFullCheck.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Upkeep_WhileTheTimeIsInDoubt_DeletesNothing()
    {
        await _vault.BackUpAsync();
        await using (var vault = await _vault.Fixture.OpenAsync())
            LetGo(vault, _vault.Fixture.Time.GetUtcNow() + TimeSpan.FromDays(1));
        _vault.Fixture.Time.StepWall(TimeSpan.FromDays(40));
        await using (var vault = await _vault.Fixture.OpenAsync())
        {
            var report = Run(vault);
            (report.Expired, report.Purged, report.RemovedPacks).ShouldBe((0, 0, 0));
            (await vault.ListPointsAsync(new(), default)).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Upkeep_BesideAKeyspaceThatCannotBeUsed_LooksAfterTheOthers()
    {
        await _vault.BackUpAsync();
        var unusable = await _vault.AddUnusableKeyspaceAsync();
        int offset = (int)_vault.Pack(PackClass.Data, out string path).Entries[0].Offset + 90;
        DamagedVault.Flip(path, offset);
        await using var vault = await _vault.Fixture.OpenAsync();
        LetGo(vault, _vault.Fixture.Time.GetUtcNow() + TimeSpan.FromDays(1));
        Days(s_rules.ReadAgainAfter.Days + 1);

        var report = Run(vault);

        report.Expired.ShouldBe(1);
        report.Collections.ShouldHaveSingleItem();
        report.Scrub.Findings.ShouldHaveSingleItem().Fate.ShouldBe(PackFate.Quarantined);
        report.Problems.ShouldNotBeEmpty();
        report.Problems.ShouldAllBe(problem => problem.Message.Contains($"{unusable}"));
    }

    [Fact]
    public async Task Upkeep_BesideAWriter_IsRefused()
    {
        await _vault.BackUpAsync();
        await using var writer = await _vault.Fixture.OpenAsync();
        await using var reader = await _vault.Fixture.OpenAsync(VaultAccess.Shared);
        Should.Throw<FaultException>(() => Run(reader));
    }

    // Somebody said that the last point may go as well.
    private void LetGo(EmbeddedVault vault, DateTimeOffset time)
    {
        var point = vault.Opened.Catalog.Points.Find(_vault.Point.Id).ShouldNotBeNull();
        vault.Opened.Documents.Put(
            DocumentKinds.Protection, $"{point.Source}",
            new(point.Source, ProtectionState.StoppedRetainedByPolicy, time, "somebody", ""));
        vault.Points.ExpireAt(point.Id, time);
    }

    private static UpkeepReport Run(EmbeddedVault vault) => vault.Upkeep(s_rules, () => true);

    private static void ShouldBeIdle(UpkeepReport report)
    {
        (report.Expired, report.Purged).ShouldBe((0, 0));
        report.Collections.ShouldBeEmpty();
        report.Scrub.Packs.ShouldBe(0);
    }

    private void Days(int days) => _vault.Fixture.Time.Move(TimeSpan.FromDays(days));
}
