using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Unit.FileSystem.Programs;

public sealed class SystemToolTests
{
    [Fact]
    public async Task Ask_Cancelled_EndsTheTool()
    {
        using var cancellation = new CancellationTokenSource();
        var asked = new SystemTool(TimeProvider.System, TimeSpan.FromMinutes(5))
            .AskAsync("sleep", ["1000"], cancellation.Token);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asked);
    }

    [Fact]
    public async Task Run_AtItsLimit_IsEndedAndTold()
    {
        var answer = await new SystemTool(TimeProvider.System, TimeSpan.FromSeconds(1)).RunAsync("sleep", "1000");
        answer.Problem.ShouldBe("sleep had not ended at its time limit and was ended");
    }

    [Fact]
    public async Task Run_WhatIsNotInstalled_IsTold() =>
        (await new SystemTool(TimeProvider.System, TimeSpan.FromMinutes(5)).RunAsync("there-is-no-such-tool"))
            .Problem.ShouldBe("the tool there-is-no-such-tool is not installed");
}
