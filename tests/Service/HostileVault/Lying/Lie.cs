namespace Coffer.Service.HostileVault.Lying;

/// <summary>What a lie has to work with.</summary>
/// <param name="Earlier">All answers before this one.</param>
internal sealed record LieScene(Answer Answer, IReadOnlyList<Answer> Earlier, Random Random, JumpingTime Time)
{
    public HttpResponseMessage With(byte[] body) => LyingHandler.Of(Answer.Status, Answer.MediaType, body);
}

/// <summary>A way to answer something else than the truth.</summary>
internal sealed record Lie(string Name, Func<LieScene, CancellationToken, Task<HttpResponseMessage>> Tell)
{
    public static Lie Of(string name, Func<LieScene, HttpResponseMessage> tell) =>
        new(name, (scene, _) => Task.FromResult(tell(scene)));

    /// <param name="change">Of the true body.</param>
    public static Lie Body(string name, Func<LieScene, byte[]> change) =>
        Of(name, scene => scene.With(change(scene)));

    public override string ToString() => Name;
}
