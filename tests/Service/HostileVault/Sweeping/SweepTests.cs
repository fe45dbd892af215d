using Coffer.Contracts.Registration;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Whatever a vault answers, to whatever question: the machine reads and writes no other byte than it was asked to,
/// tells in words what is wrong, and ends.
/// </summary>
public sealed class SweepTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly int s_seed = int.TryParse(
        Environment.GetEnvironmentVariable("COFFER_SEED"), out int seed) ? seed : Random.Shared.Next();

    private SortedDictionary<string, string> _before = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_IntoALyingVault_LeavesNoHarmBehind(bool isSecond)
    {
        using var machine = await Victim.RegisterAsync(service, $"backs up {isSecond}");
        await new BackupSweep(service, machine) { Drawn = 12, Seed = s_seed, IsSecond = isSecond }.RunAsync();
    }

    [Fact]
    public async Task Restore_FromALyingVault_WritesNoOtherByte()
    {
        using var victim = await BackedUpAsync("restores");
        await new RestoreSweep(service, victim, _before) { Drawn = 40, Seed = s_seed }.RunAsync();
    }

    [Fact]
    public async Task Look_IntoALyingVault_ShowsNothingElse()
    {
        using var victim = await BackedUpAsync("looks");
        await new LookSweep(service, victim) { Drawn = 40, Seed = s_seed }.RunAsync();
    }

    [Fact]
    public async Task Register_WithALyingVault_GivesNoKeyAwayAndEndsRegisteredOrNot() =>
        await new RegisterSweep(service) { Drawn = 6, Seed = s_seed }.RunAsync();

    [Fact]
    public async Task Grant_FromALyingVault_OpensTheRightKeysOrNone()
    {
        using var victim = await BackedUpAsync("grants");
        await new GrantSweep(service, victim, _before) { Drawn = 8, Seed = s_seed }.RunAsync();
    }

    [Fact]
    public async Task Join_ThroughALyingVault_IsOfTheRightKeyspaceAndANewMachineOrNone()
    {
        using var member = await Victim.RegisterAsync(service, "shares", new SharingTerms(MembersTrustEachOther: true));
        await new JoinSweep(service, member) { Drawn = 6, Seed = s_seed }.RunAsync();
    }

    private async Task<Victim> BackedUpAsync(string name)
    {
        using var machine = await Victim.RegisterAsync(service, name);
        var victim = machine.Fresh();
        await using var vault = victim.Open();
        await victim.BackUpAsync(vault);
        _before = victim.Data.Look();
        victim.Data.Put("folder/middle.bin", 41_000, new Random(5));
        await victim.BackUpAsync(vault);
        return victim;
    }
}
