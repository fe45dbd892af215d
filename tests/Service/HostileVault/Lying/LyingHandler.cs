using System.Net;

namespace Coffer.Service.HostileVault.Lying;

/// <summary>
/// Stands between a machine and a real vault, hears every answer, and puts others in their place. As it holds the
/// vault's end of the line, certificate and all, it is the vault as far as the machine can tell.
/// </summary>
/// <param name="lie">What is to be answered instead; null: the truth.</param>
internal sealed class LyingHandler(JumpingTime time, Func<Answer, Lie?> lie, Random random)
{
    private readonly Lock _lock = new();
    private readonly List<Answer> _heard = [];

    public IReadOnlyList<Answer> Heard
    {
        get
        {
            lock (_lock) return [.. _heard];
        }
    }

    public int Lies { get; private set; }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpRequestMessage request,
        Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        using var response = await send(request, cancellationToken);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        Answer answer;
        LieScene scene;
        lock (_lock)
        {
            answer = new Answer(
                _heard.Count, Answer.RouteOf(request), response.StatusCode,
                response.Content.Headers.ContentType?.MediaType, body);
            scene = new LieScene(answer, [.. _heard], new Random(random.Next()), time);
            _heard.Add(answer);
        }
        if (lie(answer) is not { } told) return Truth(answer);
        lock (_lock) Lies++;
        return await told.Tell(scene, cancellationToken);
    }

    /// <summary>The same liar at the end of another line.</summary>
    public HttpMessageHandler Over(HttpMessageHandler network) => new Line(this, network);

    public static HttpResponseMessage Truth(Answer answer) => Of(answer.Status, answer.MediaType, answer.Body);

    public static HttpResponseMessage Of(HttpStatusCode status, string? mediaType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        if (mediaType is not null) content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return new HttpResponseMessage(status) { Content = content };
    }

    private sealed class Line(LyingHandler liar, HttpMessageHandler network) : DelegatingHandler(network)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            liar.AnswerAsync(request, base.SendAsync, cancellationToken);
    }
}
