using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault;

namespace Coffer.Unit.Vault.Timekeeping;

/// <summary>A clock that was ten days ahead for a while, and what is made of it afterwards.</summary>
public sealed class EndOfDoubtTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(10), Hour = TimeSpan.FromHours(1);

    private readonly DamagedVault _vault = new();

    private SteppedTime Time => _vault.Fixture.Time;

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task Doubt_ADayAfterTheClockWasSetRight_EndsAndPullsWrongStampsDown()
    {
        await BackUpUnderAWrongClockAsync();
        Time.Move(TimeSpan.FromHours(23));
        await using (var early = await _vault.Fixture.OpenAsync()) await ShouldBeInDoubtAsync(early, true);
        Time.Move(2 * Hour);
        await ShouldBeSetRightAsync(await _vault.Fixture.OpenAsync());
    }

    [Fact]
    public async Task Confirm_OfADoubt_EndsItAtOnceAndPullsWrongStampsDown()
    {
        await BackUpUnderAWrongClockAsync();
        var vault = await _vault.Fixture.OpenAsync();
        await ShouldBeInDoubtAsync(vault, true);
        vault.ConfirmTime().ShouldBe(1);
        vault.ConfirmTime().ShouldBeNull();
        await ShouldBeSetRightAsync(vault);
    }

    [Fact]
    public async Task Recover_AfterStampsWereSetRight_KnowsThem()
    {
        await BackUpUnderAWrongClockAsync();
        await using (var vault = await _vault.Fixture.OpenAsync()) vault.ConfirmTime();
        File.Delete(Path.Combine(_vault.Fixture.Folder, "catalog.db"));
        await VaultFixture.RecoverAsync(_vault.Fixture.Folder, _vault.Fixture.Options, null, null, default);
        await ShouldBeSetRightAsync(await _vault.Fixture.OpenAsync());
    }

    [Fact]
    public async Task Confirm_AfterTheMachineStartedAnew_PullsWrongStampsDownToNow()
    {
        await BackUpUnderAWrongClockAsync();
        _vault.Fixture.BootId = "boot-2";
        await using var vault = await _vault.Fixture.OpenAsync();
        vault.ConfirmTime().ShouldBe(1);
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        var times = points.Select(point => point.ReceivedAt).ToList();
        // Nothing tells when between the two, and a point is never later than the one after it.
        times.ShouldBe([Start, Start + (3 * Hour), Start + (3 * Hour)]);
    }

    // At 0 h, at 1 h with the clock ahead, at 3 h with the clock right again.
    private async Task BackUpUnderAWrongClockAsync()
    {
        await _vault.BackUpAsync();
        Time.Move(Hour);
        Time.StepWall(Ahead);
        await _vault.HealAsync(2);
        Time.Move(2 * Hour);
        Time.StepWall(-Ahead);
        await _vault.HealAsync(3);
    }

    private static async Task ShouldBeSetRightAsync(EmbeddedVault opened)
    {
        await using var vault = opened;
        await ShouldBeInDoubtAsync(vault, false);
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        points.Select(point => point.ReceivedAt).ShouldBe([Start, Start + Hour, Start + (3 * Hour)]);
    }

    private static async Task ShouldBeInDoubtAsync(EmbeddedVault vault, bool expected) =>
        (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBe(expected);
}
