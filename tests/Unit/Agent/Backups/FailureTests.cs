using Coffer.Agent.Browsing;
using Coffer.Agent.Restores.Resuming;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Unit.Agent.Backups;

public sealed class FailureTests : BackupScenario
{
    [Fact]
    public async Task Run_WhicheverPackFails_TellsWhyThePackFailed()
    {
        for (int file = 0; file < 8; file++) Write($"f{file}", 700_000);
        int failing = 0;
        do
        {
            failing++;
            Vault.FailingPack = Vault.PacksCompleted + failing;
            int before = Vault.PacksCompleted;
            try
            {
                await RunAsync();
                Vault.PacksCompleted.ShouldBeLessThan(before + failing, "a pack failed and the run did not");
                break;
            }
            catch (FaultException e)
            {
                e.Fault.Code.ShouldBe("vault.full", $"pack {failing}");
            }
        }
        while (failing < 100);
        failing.ShouldBeInRange(3, 99); // some packs failed in the middle, one in the last flush
    }

    [Fact]
    public async Task Open_APointThatTheVaultListsAsAnother_IsRefused()
    {
        Write("f", 10);
        var point = (await RunAsync()).Point!;
        await using var frames = await Vault.OpenReaderAsync(Keys.Keyspace, default);
        using var pages = new PageReader(frames, Keys);
        (await PointBrowser.OpenAsync(pages, point, default)).Id.ShouldBe(point.Id);
        PointDescription[] lies =
        [
            point with { Sequence = 7 },
            point with { Source = SourceId.New() },
            point with { Machine = MachineId.New() },
        ];
        foreach (var lie in lies)
        {
            (await Should.ThrowAsync<FaultException>(() => PointBrowser.OpenAsync(pages, lie, default)))
                .Fault.Code.ShouldBe("point.mismatch");
        }
    }

    [Fact]
    public void IsSince_WithoutTimeOfBirth_IsNo()
    {
        var mark = new ResumeMark(DateTimeOffset.FromUnixTimeSeconds(1000), 0, null);
        mark.IsSince(new FileMetadata { Changed = new FileTime(2000, 0) }).ShouldBeFalse();
        mark.IsSince(new FileMetadata { HasBorn = true, Born = new FileTime(2000, 0) }).ShouldBeTrue();
        mark.IsSince(new FileMetadata { HasBorn = true, Born = new FileTime(500, 0) }).ShouldBeFalse();
    }
}
