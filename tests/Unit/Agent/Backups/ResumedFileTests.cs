using Coffer.Agent.Backups;
using Coffer.Format.Frames;

namespace Coffer.Unit.Agent.Backups;

public sealed class ResumedFileTests() : BackupScenario(isInMemory: true)
{
    private const int Size = 24 << 20;

    [Fact]
    public async Task Run_CancelledWithinALargeFile_GoesOnWhereItWas()
    {
        Write("big", Size);
        Age();
        await CancelWithinTheFileAsync();
        var second = await RunAsync();
        second.Point.ShouldNotBeNull();
        second.Statistics.BytesRead.ShouldBeInRange(1, Size - (4 << 20));
    }

    [Fact]
    public async Task Run_FileInHandTouchedShortlyBeforeThatRun_IsReadAnew()
    {
        Write("big", Size);
        Time.Ahead = TimeSpan.FromSeconds(30);
        await CancelWithinTheFileAsync();
        Age();
        (await RunAsync()).Statistics.BytesRead.ShouldBe(Size);
    }

    [Fact]
    public async Task Run_ChunkOfTheFileInHandLost_IsSentAgain()
    {
        Write("big", Size);
        Age();
        await CancelWithinTheFileAsync();
        var lost = Vault.Frames.First(f => FrameHeader.Parse(f.Value, "f").Kind == NodeKind.Chunk).Key;
        _ = Vault.Frames.Remove(lost);
        Vault.Lost.Add(lost);
        Vault.LossEpoch++;
        (await RunAsync()).Point.ShouldNotBeNull();
        Vault.Frames.ShouldContainKey(lost);
    }

    private async Task CancelWithinTheFileAsync()
    {
        // Progress is told each time it is asked for, so that the file is in hand when the run is cancelled.
        Time.Step = TimeSpan.FromSeconds(1);
        using var cancel = new CancellationTokenSource();
        var result = await RunAsync(
            new CallbackProgress(p => { if (p.BytesRead >= 8 << 20) cancel.Cancel(); }), cancel.Token);
        result.IsCancelled.ShouldBeTrue();
        _ = Vault.Checkpoint.ShouldNotBeNull();
        Time.Step = TimeSpan.Zero;
    }
}
