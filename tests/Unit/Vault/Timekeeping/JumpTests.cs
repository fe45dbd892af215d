using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Timekeeping;

/// <summary>The clock is set forward or back: backups go on, and nothing expires, is purged or removed by it.</summary>
public sealed class JumpTests : IDisposable
{
    private static readonly CollectionRules Rules = new();
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly DamagedVault _vault = new();

    private VaultFixture Fixture => _vault.Fixture;

    public void Dispose() => _vault.Dispose();

    /// <summary>By days, in the same boot or across one.</summary>
    public static TheoryData<int, bool> Jumps => new()
    {
        { 10, false }, { -10, false }, { -10, true }, { 100, true }, { 4000, true }, { -4000, false },
    };

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Backup_AfterAJump_IsTakenAndTheVaultDoubtsItsTime(int days, bool isRestarted)
    {
        await _vault.BackUpAsync();
        Jump(days, isRestarted);
        await _vault.HealAsync(2);
        await using (var vault = await Fixture.OpenAsync(VaultAccess.Shared))
        {
            (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeTrue();
            (await vault.ListPointsAsync(new PointFilter(), default)).Count.ShouldBe(2);
        }
        await using var writer = await Fixture.OpenAsync();
        writer.ConfirmTime().ShouldNotBeNull();
        (await writer.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeFalse();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Expiry_WhileTheTimeIsInDoubt_WaitsUntilItIsConfirmed(int days)
    {
        var (expiring, deleted) = await FillAsync();
        Jump(days, isRestarted: false);
        await using var vault = await Fixture.OpenAsync();
        vault.Points.RunDue(Day).ShouldBe((0, 0));
        Should.Throw<FaultException>(() => vault.Points.Purge(deleted)).Fault.Code.ShouldBe("point.not-due");
        vault.ConfirmTime().ShouldNotBeNull();
        // Confirmed is what the clock shows now: ten days later they are due, ten days earlier they are not.
        vault.Points.RunDue(Day).ShouldBe(days > 0 ? (1, 1) : (0, 0));
        var states = (await vault.ListPointsAsync(new PointFilter(), default)).ToDictionary(p => p.Id, p => p.State);
        states[expiring].ShouldBe(days > 0 ? PointState.SoftDeleted : PointState.Live);
        states.ContainsKey(deleted).ShouldBe(days < 0);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Collect_WhileTheTimeIsInDoubt_CondemnsAndRemovesNothing(int days)
    {
        await GoAsync();
        await using (var vault = await Fixture.OpenAsync())
            Collect(vault).Condemned.ShouldBe(_vault.Graph.Ids.Count());
        Fixture.Time.Move(TimeSpan.FromHours(1));
        Jump(days, isRestarted: false);
        await using (var vault = await Fixture.OpenAsync())
        {
            var report = Collect(vault);
            report.Stopped.ShouldNotBeNull().ShouldContain("time");
            (report.Condemned, report.RemovedPacks).ShouldBe((0, 0));
        }
        // Set right again, which is a jump as well; confirmed, an hour has passed and no more.
        Jump(-days, isRestarted: false);
        await using (var vault = await Fixture.OpenAsync())
        {
            Collect(vault).Stopped.ShouldNotBeNull();
            vault.ConfirmTime().ShouldNotBeNull();
            Collect(vault).RemovedPacks.ShouldBe(0);
            Fixture.Time.Move(Day);
            Collect(vault).RemovedPacks.ShouldBe(2);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Clock_ThatJumpsWhileTheVaultIsOpen_IsMetBeforeAnythingIsDecidedByIt(int days)
    {
        var (_, deleted) = await FillAsync();
        await using var vault = await Fixture.OpenAsync();
        Jump(days, isRestarted: false);
        vault.Points.RunDue(Day).ShouldBe((0, 0));
        Collect(vault).Stopped.ShouldNotBeNull();
        (await vault.ListPointsAsync(new PointFilter(), default)).ShouldContain(point => point.Id == deleted);
        (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeTrue();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public async Task Clock_ThatJumpsDuringAMark_StopsTheRestOfIt(int days)
    {
        await FillAsync();
        Fixture.Time.Move(8 * Day);
        await using var vault = await Fixture.OpenAsync();
        bool hasJumped = false;
        var report = vault.Collect(Rules, () =>
        {
            if (!hasJumped) Jump(days, isRestarted: false);
            return hasJumped = true;
        }).Single();
        hasJumped.ShouldBeTrue();
        report.Stopped.ShouldNotBeNull();
        report.Condemned.ShouldBe(0);
    }

    private void Jump(int days, bool isRestarted)
    {
        Fixture.Time.StepWall(TimeSpan.FromDays(days));
        if (isRestarted) Fixture.BootId += "-again";
    }

    // One that expires in five days, one that may be purged then.
    private async Task<(ObjectId Expiring, ObjectId Deleted)> FillAsync()
    {
        await _vault.BackUpAsync();
        await _vault.HealAsync(2);
        await _vault.HealAsync(3);
        await using var vault = await Fixture.OpenAsync();
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        vault.Points.ExpireAt(points[0].Id, Fixture.Time.GetUtcNow() + (5 * Day));
        vault.Points.Delete(points[1].Id, 5 * Day);
        return (points[0].Id, points[1].Id);
    }

    // All that there was is dead, and old enough to go.
    private async Task GoAsync()
    {
        await _vault.BackUpAsync();
        await using var vault = await Fixture.OpenAsync();
        vault.Points.Delete(_vault.Point.Id, TimeSpan.Zero);
        vault.Points.Purge(_vault.Point.Id);
        Fixture.Time.Move(8 * Day);
    }

    private static CollectionReport Collect(EmbeddedVault vault) => vault.Collect(Rules, () => true).Single();
}
