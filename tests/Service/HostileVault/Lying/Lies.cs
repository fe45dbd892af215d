using System.Net;
using System.Text;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Service.HostileVault.Lying;

/// <summary>Every way to lie that fits any answer.</summary>
internal static class Lies
{
    /// <summary>Longer than the client waits for one answer.</summary>
    private static readonly TimeSpan s_tooLong = TimeSpan.FromMinutes(7);

    private const int JsonLies = 24;

    public static IReadOnlyList<Lie> All { get; } = [.. OfBodies(), .. OfStatus(), .. OfTheLine(), .. OfJson()];

    public static Lie Refusal(string code, HttpStatusCode status) => Lie.Of($"refused: {code}", _ =>
    {
        var problem = new Problem("about:blank", "It is so.", (int)status, "Do that.", code, FaultKind.Failed);
        return LyingHandler.Of(
            status, Problem.ContentType,
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(problem, WireJson.Default.Problem));
    });

    private static IEnumerable<Lie> OfBodies() =>
    [
        Lie.Body("empty", _ => []),
        Lie.Body("truncated", scene => scene.Answer.Body[..scene.Random.Next(scene.Answer.Body.Length + 1)]),
        Lie.Body("one bit", scene => Flipped(scene, scene.Answer.Body.Length)),
        Lie.Body("one bit of the head", scene => Flipped(scene, Math.Min(100, scene.Answer.Body.Length))),
        Lie.Body("other bytes", scene => Noise(scene, scene.Answer.Body.Length)),
        Lie.Body("zeros", scene => new byte[scene.Answer.Body.Length]),
        Lie.Body("appended", scene => [.. scene.Answer.Body, .. Noise(scene, 40)]),
        Lie.Body("twice", scene => [.. scene.Answer.Body, .. scene.Answer.Body]),
        Lie.Body("yes to all", scene => [.. Enumerable.Repeat((byte)0xff, scene.Answer.Body.Length)]),
        Lie.Body("a list of ids", scene => Noise(scene, 32 * 100)),
        Lie.Body("a megabyte", scene => Noise(scene, 1 << 20)),
        Lie.Body("deep JSON", _ => Encoding.ASCII.GetBytes(new string('[', 100_000))),
        Lie.Body("a list of nothing", _ => Encoding.ASCII.GetBytes(
            $"[{string.Join(',', Enumerable.Repeat("null", 1000))}]")),
        Lie.Body("null", _ => "null"u8.ToArray()),
        Lie.Body("an empty list", _ => "[]"u8.ToArray()),
        Lie.Of("of another question", scene => scene.Earlier.Count == 0
            ? scene.With([])
            : LyingHandler.Truth(scene.Earlier[scene.Random.Next(scene.Earlier.Count)])),
        Lie.Of("of the same question before", scene => scene.Earlier.LastOrDefault(
            earlier => earlier.Route == scene.Answer.Route && !earlier.Body.AsSpan().SequenceEqual(scene.Answer.Body))
            is { } before ? LyingHandler.Truth(before) : scene.With(Flipped(scene, scene.Answer.Body.Length))),
        Lie.Of("of another type", scene => LyingHandler.Of(scene.Answer.Status, "text/html", scene.Answer.Body)),
    ];

    private static IEnumerable<Lie> OfStatus() =>
    [
        Lie.Of("redirect", _ =>
        {
            var response = LyingHandler.Of(HttpStatusCode.TemporaryRedirect, null, []);
            response.Headers.Location = new Uri("https://elsewhere.invalid/");
            return response;
        }),
        Lie.Of("no content", _ => LyingHandler.Of(HttpStatusCode.NoContent, null, [])),
        Lie.Of("a page", _ => LyingHandler.Of(HttpStatusCode.OK, "text/html", "<html>sign in</html>"u8.ToArray())),
        Lie.Of("an error page", _ => LyingHandler.Of(
            HttpStatusCode.InternalServerError, "text/html", "<p>"u8.ToArray())),
        Lie.Of("busy", _ => LyingHandler.Of(HttpStatusCode.ServiceUnavailable, null, [])),
        Lie.Of("too many", _ => LyingHandler.Of(HttpStatusCode.TooManyRequests, null, [])),
        Refusal("machine.token", HttpStatusCode.Unauthorized),
        Refusal("machine.refused", HttpStatusCode.Forbidden),
        Refusal("frame.none", HttpStatusCode.NotFound),
        Refusal("frame.damaged", HttpStatusCode.UnprocessableContent),
        Refusal("vault.session", HttpStatusCode.Gone),
        Refusal("vault.reader", HttpStatusCode.Gone),
        Refusal("vault.point", HttpStatusCode.InternalServerError),
        Refusal("vault.full", HttpStatusCode.InsufficientStorage),
        Refusal("vault.repack", HttpStatusCode.InternalServerError),
        Refusal("store.failing", HttpStatusCode.InternalServerError),
        Refusal("job.unknown", HttpStatusCode.BadRequest),
        Refusal("\u001b[2J' OR 1=1", HttpStatusCode.Forbidden),
        Refusal("", HttpStatusCode.Forbidden),
        Lie.Of("a refusal of a megabyte", scene => LyingHandler.Of(
            HttpStatusCode.Forbidden, Problem.ContentType, Noise(scene, 1 << 20))),
    ];

    private static IEnumerable<Lie> OfTheLine() =>
    [
        new("no answer", (scene, cancel) => SilenceAsync(scene, cancel)),
        Lie.Of("cut before", _ => throw new HttpRequestException("refused", new IOException("connection refused"))),
        Lie.Of("cut within", scene => Streamed(new BrokenStream(scene.Answer.Body))),
        Lie.Of("a length that is huge", scene =>
        {
            var response = Streamed(new EndlessStream());
            response.Content.Headers.ContentLength = 1L << 50;
            return response;
        }),
        Lie.Of("without an end", _ => Streamed(new EndlessStream())),
    ];

    private static IEnumerable<Lie> OfJson() =>
        Enumerable.Range(1, JsonLies).Select(i => Lie.Body($"JSON, the {i}.", scene => JsonLie.Change(scene)));

    private static async Task<HttpResponseMessage> SilenceAsync(LieScene scene, CancellationToken cancellationToken)
    {
        scene.Time.Pass(s_tooLong);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException("nobody waits for ever");
    }

    private static HttpResponseMessage Streamed(Stream body) =>
        new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    private static byte[] Flipped(LieScene scene, int within)
    {
        byte[] body = [.. scene.Answer.Body];
        if (body.Length > 0) body[scene.Random.Next(within)] ^= (byte)(1 << scene.Random.Next(8));
        return body;
    }

    private static byte[] Noise(LieScene scene, int length)
    {
        var bytes = new byte[length];
        scene.Random.NextBytes(bytes);
        return bytes;
    }
}
