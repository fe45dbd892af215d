using System.Text;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Retention;
using Coffer.Domain.Schedules;
using Coffer.Format.Policies;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault;
using Coffer.Vault.Documents;

namespace Coffer.Unit.Vault.Points;

/// <summary>Retention as the vault runs it, by the policy that it holds.</summary>
public sealed class PointRetentionTests : IDisposable
{
    private static readonly RetentionRules s_tenDays = new(new DailyRetention(10), null, null, null);

    private readonly DamagedVault _vault = new();
    private long _sequence = 1;
    private long _version;

    private VaultFixture Fixture => _vault.Fixture;

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task RunDue_ByThePolicy_LetsOldPointsGoAndTheLastStays()
    {
        await _vault.BackUpAsync();
        await StoreAsync(s_tenDays, "/data");
        for (int day = 0; day < 20; day++)
        {
            Days(1);
            await BackUpAgainAsync();
        }

        (await LiveAsync()).Count.ShouldBe(10);
        Days(60); // more at once would make the vault doubt its clock
        (await LiveAsync()).ShouldHaveSingleItem().Sequence.ShouldBe(21);
    }

    [Fact]
    public async Task RunDue_WithoutAPolicy_LetsNothingGo()
    {
        await _vault.BackUpAsync();
        await BackUpAgainAsync();
        await YearsAsync();
        (await LiveAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task RunDue_PolicyThatCannotBeRead_LetsNothingGo()
    {
        await _vault.BackUpAsync();
        await using (var vault = await Fixture.OpenAsync())
            await vault.StorePolicyAsync(Machine(vault), ++_version, "{\"retention\":1}"u8.ToArray(), default);
        await BackUpAgainAsync();
        await YearsAsync();
        (await LiveAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task RunDue_PointsThatNoTierWants_GoButTheNewest()
    {
        await _vault.BackUpAsync();
        await StoreAsync(new RetentionRules(null, new WeeklyRetention([DayOfWeek.Sunday], 1), null, null), "/data");
        for (int day = 0; day < 2; day++)
        {
            Days(1);
            await BackUpAgainAsync(); // on Saturday, and on Sunday before its time
            (await LiveAsync()).Select(point => point.Sequence).ShouldBe([1, _sequence]);
        }
    }

    [Fact]
    public async Task RunDue_LongerPolicy_KeepsWhatThereIsForLonger()
    {
        await _vault.BackUpAsync();
        await StoreAsync(s_tenDays, "/data");
        await BackUpAgainAsync();
        Days(9);
        (await LiveAsync()).Count.ShouldBe(2);
        await StoreAsync(s_tenDays with { Daily = new DailyRetention(30) }, "/data");
        Days(20);
        (await LiveAsync()).Count.ShouldBe(2);
        Days(2);
        (await LiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RunDue_RetainUntil_KeepsAPointUntilThenAndNoLongerThanTheLongestTier()
    {
        await _vault.BackUpAsync();
        await StoreAsync(s_tenDays, "/data");
        await BackUpAgainAsync(Fixture.Time.GetUtcNow() + TimeSpan.FromDays(3));
        await BackUpAgainAsync(Fixture.Time.GetUtcNow() + TimeSpan.FromDays(9_000));
        await BackUpAgainAsync();

        Days(4);
        (await LiveAsync()).Select(point => point.Sequence).ShouldBe([1, 3, 4]);
        Days(7);
        (await LiveAsync()).Select(point => point.Sequence).ShouldBe([4]);
    }

    [Fact]
    public async Task RunDue_VolumeTakenOffThePolicy_IsFrozenAndTakesNoMorePoints()
    {
        await _vault.BackUpAsync();
        await StoreAsync(s_tenDays, "/data", "/home");
        await BackUpAgainAsync();
        await StoreAsync(s_tenDays, "/home");
        await StoreAsync(new RetentionRules(null, null, null, null), "/home");

        (await Should.ThrowAsync<FaultException>(() => BackUpAgainAsync())).Fault.Code.ShouldBe("protection.frozen");
        await StoreAsync(s_tenDays with { Daily = new DailyRetention(7) }, "/home", "/data");
        Days(9);
        (await LiveAsync()).Count.ShouldBe(2);
        Days(2); // as the policy had it under which it was backed up last
        (await LiveAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Freeze_PreparedForAPolicyThatNeverCame_CountsForNothing()
    {
        await _vault.BackUpAsync();
        await StoreAsync(s_tenDays, "/data", "/home");
        // The service died before the policy that takes the volume off was durable.
        await using (var vault = await Fixture.OpenAsync())
            vault.Opened.Documents.Put(
                DocumentKinds.Frozen, $"{Fixture.Source}", new(Fixture.Source, _version, Fixture.Time.GetUtcNow()));
        await BackUpAgainAsync();

        await StoreAsync(s_tenDays with { Daily = new DailyRetention(30) }, "/data", "/home");

        await BackUpAgainAsync();
        Days(20);
        (await LiveAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Points_Settled_CarryTheirTags()
    {
        await _vault.BackUpAsync();
        await StoreAsync(RetentionRules.Default, "/data");
        await BackUpAgainAsync(Fixture.Time.GetUtcNow() + TimeSpan.FromDays(3));

        (await LiveAsync()).Select(point => string.Join(' ', point.Tags)).ShouldBe(
            ["daily weekly monthly yearly", "on-demand"]);
    }

    private async Task BackUpAgainAsync(DateTimeOffset? until = null)
    {
        await using var vault = await Fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(Fixture.Session(Machine(vault)), default);
        var (_, frame) = _vault.Graph.AddPoint((int)++_sequence);
        await _vault.Graph.PutAsync(session);
        var facts = VaultFixture.Facts(_sequence) with { RetainUntil = until };
        (await session.CommitAsync(frame, facts, default)).Missing.ShouldBeEmpty();
    }

    // In steps that leave the vault sure of its clock.
    private async Task YearsAsync()
    {
        for (int i = 0; i < 30; i++)
        {
            Days(80);
            await LiveAsync();
        }
    }

    private async Task StoreAsync(RetentionRules rules, params string[] paths)
    {
        var policy = ProtectionPolicy.Empty("UTC") with
        {
            Version = ++_version,
            Items = [.. paths.Select(path => new PolicyItem(Encoding.UTF8.GetBytes(path)))],
            Schedule = BackupSchedule.DefaultIn("UTC"),
            Retention = rules,
        };
        await using var vault = await Fixture.OpenAsync();
        await vault.StorePolicyAsync(Machine(vault), policy.Version, PolicyCodec.Encode(policy), default);
    }

    private async Task<IReadOnlyList<PointDescription>> LiveAsync()
    {
        await using var vault = await Fixture.OpenAsync();
        vault.Points.RunDue(TimeSpan.FromDays(14));
        return [.. (await vault.ListPointsAsync(new PointFilter(), default))
            .Where(point => point.State == PointState.Live)];
    }

    private static MachineId Machine(EmbeddedVault vault) => vault.Opened.Catalog.Machines.All().Single().Id;

    private void Days(int days) => Fixture.Time.Move(TimeSpan.FromDays(days));
}
