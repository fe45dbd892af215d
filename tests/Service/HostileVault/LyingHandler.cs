using System.Net;

namespace Coffer.Service.HostileVault;

/// <summary>
/// Stands between a machine and a real vault, hears every answer, and puts others in their place. As it holds the
/// vault's end of the line, certificate and all, it is the vault as far as the machine can tell.
/// </summary>
/// <param name="lie">What is to be answered instead; null: the truth.</param>
internal sealed class LyingHandler(JumpingTime time, Func<Answer, Lie?> lie, Random random) : DelegatingHandler
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

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await base.SendAsync(request, cancellationToken);
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

    public static HttpResponseMessage Truth(Answer answer) => Of(answer.Status, answer.MediaType, answer.Body);

    public static HttpResponseMessage Of(HttpStatusCode status, string? mediaType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        if (mediaType is not null) content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        return new HttpResponseMessage(status) { Content = content };
    }
}
