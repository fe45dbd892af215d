using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Contracts.Http.Sessions;

/// <summary>
/// Questions of several callers as one: while some are on their way, those that come are gathered for the next. So a
/// long link costs a round trip for all that wait, not for each.
/// </summary>
/// <param name="send">Sends ids, 32 bytes each, and returns what comes back.</param>
internal sealed class HaveQuestions(Uri vault, Func<byte[], CancellationToken, Task<byte[]>> send)
{
    private readonly Lock _lock = new();
    private List<Question> _waiting = [];
    private int _onTheWay;

    public Task AskAsync(ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
    {
        if (ids.Length == 0) return Task.CompletedTask;
        var question = new Question(ids, present, cancellationToken);
        lock (_lock)
        {
            _waiting.Add(question);
            if (_onTheWay == HttpLimits.QuestionsOnTheWay) return question.Answered.Task;
            _onTheWay++;
        }
        _ = AskAllAsync();
        return question.Answered.Task;
    }

    private async Task AskAllAsync()
    {
        while (true)
        {
            List<Question> asked;
            lock (_lock)
            {
                (asked, _waiting) = (_waiting, []);
                if (asked.Count == 0) _onTheWay--;
            }
            if (asked.Count == 0) return;
            await AskAsync(asked);
        }
    }

    private async Task AskAsync(List<Question> asked)
    {
        try
        {
            var ids = new ObjectId[asked.Sum(question => question.Ids.Length)];
            int at = 0;
            foreach (var question in asked)
            {
                question.Ids.CopyTo(ids.AsMemory(at));
                at += question.Ids.Length;
            }
            var present = new bool[ids.Length];
            for (at = 0; at < ids.Length; at += HttpLimits.IdsAtOnce)
            {
                int count = Math.Min(HttpLimits.IdsAtOnce, ids.Length - at);
                await SendAsync(ids.AsMemory(at, count), present.AsMemory(at, count), asked[0].Cancellation);
            }
            at = 0;
            foreach (var question in asked)
            {
                present.AsMemory(at, question.Ids.Length).CopyTo(question.Present);
                at += question.Ids.Length;
                question.Answered.TrySetResult();
            }
        }
        catch (Exception e)
        {
            foreach (var question in asked) question.Answered.TrySetException(e);
        }
    }

    private async Task SendAsync(
        ReadOnlyMemory<ObjectId> ids, Memory<bool> present, CancellationToken cancellationToken)
    {
        byte[] answer = await send(IdList.Encode(ids.Span), cancellationToken);
        try
        {
            IdList.DecodeBits(answer, present.Span, "what the vault has");
        }
        catch (CorruptionException e)
        {
            throw HttpFaults.Answer(vault, e.Message, e);
        }
    }

    private sealed record Question(
        ReadOnlyMemory<ObjectId> Ids, Memory<bool> Present, CancellationToken Cancellation)
    {
        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
