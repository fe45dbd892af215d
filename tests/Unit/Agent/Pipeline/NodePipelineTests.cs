using Coffer.Agent.Pipeline;
using Coffer.Domain;
using Coffer.Sealing.Keys;

namespace Coffer.Unit.Agent.Pipeline;

/// <summary>A vault that takes its time to answer holds nothing up but what it is asked about.</summary>
public sealed class NodePipelineTests : IDisposable
{
    private const int Chunks = 8;

    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly PendingSession _session = new();

    [Fact]
    public async Task Submit_NoAnswerYet_AsksAboutTheNextOnes()
    {
        await using var pipeline = await SubmitAsync();
        await _session.WaitForQuestionsAsync(Chunks);
        _session.Sent.ShouldBe(0);

        _session.Answer(question => question % 2 == 0);
        await pipeline.FlushAsync();
        _session.Sent.ShouldBe(Chunks / 2);
    }

    [Fact]
    public async Task Flush_AnAnswerFails_TellsThatFailure()
    {
        var fault = FaultException.Failed("vault.session", "The session has ended.");
        await using var pipeline = await SubmitAsync();
        await _session.WaitForQuestionsAsync(Chunks);

        _session.Fail(fault);
        (await Should.ThrowAsync<FaultException>(pipeline.FlushAsync())).ShouldBeSameAs(fault);
    }

    [Fact]
    public async Task Dispose_QuestionsAreOpen_WithdrawsThem()
    {
        var pipeline = await SubmitAsync();
        await _session.WaitForQuestionsAsync(Chunks);
        await pipeline.DisposeAsync();
        _session.Withdrawn.ShouldBe(Chunks);
    }

    public void Dispose() => _keys.Dispose();

    private async Task<NodePipeline> SubmitAsync()
    {
        var pipeline = new NodePipeline(_session, _keys, new PipelineCounters(), CancellationToken.None);
        for (byte i = 0; i < Chunks; i++) await pipeline.SubmitAsync(NodeJob.Chunk([i]));
        return pipeline;
    }
}
