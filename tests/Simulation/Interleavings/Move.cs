namespace Coffer.Simulation.Interleavings;

/// <summary>One turn of somebody.</summary>
/// <param name="Name">As a failure tells it, and as it is repeated.</param>
/// <param name="IsPossible">Where it is not, it is left out.</param>
internal sealed record Move(string Name, Func<World, bool> IsPossible, Func<World, Task> Do)
{
    public static IReadOnlyList<Move> All { get; } =
    [
        Of("open", w => !w.HasSession, w => w.OpenAsync()),
        Of("close", w => w.HasSession, w => w.CloseAsync()),
        Of("ask", w => w.HasSession, w => w.AskAsync(0)),
        Of("send", w => w.HasSession, w => w.SendAsync(0)),
        Of("commit", w => w.HasSession, w => w.CommitAsync(0)),
        Of("commit the other", w => w.HasSession, w => w.CommitAsync(1)),
        Of("delete", w => w.HasLive, w => w.Delete()),
        Of("undelete", w => w.HasDeleted, w => w.Undelete()),
        Of("purge", w => w.HasDeleted, w => w.Purge()),
        Of("collect", _ => true, w => w.Collect()),
        Of("collect a part", _ => true, w => w.CollectAPart(2)),
        Of("collect, commit at its start", w => w.HasSession, w => w.Collect(() => w.CommitAsync(0))),
        Of("collect, commit in its middle", w => w.HasSession, w => w.Collect(() => w.CommitAsync(0), 3)),
        Of("collect, send in its middle", w => w.HasSession, w => w.Collect(() => w.SendAsync(0), 2)),
        Of("a day", _ => true, w => w.WaitADayAsync()),
        Of("a week", w => !w.HasSession, w => w.Wait(TimeSpan.FromDays(8))),
        Of("reopen", _ => true, w => w.ReopenAsync()),
    ];

    /// <summary>Enough of them for every order of a few to be tried.</summary>
    public static IReadOnlyList<Move> Few { get; } =
    [
        Named("open"), Named("ask"), Named("commit"), Named("delete"), Named("purge"), Named("collect"),
        Named("collect, commit in its middle"), Named("a day"),
    ];

    public static Move Named(string name) => All.Single(move => move.Name == name);

    public override string ToString() => Name;

    private static Move Of(string name, Func<World, bool> isPossible, Func<World, Task> act) =>
        new(name, isPossible, act);

    private static Move Of(string name, Func<World, bool> isPossible, Action<World> act) =>
        new(name, isPossible, world =>
        {
            act(world);
            return Task.CompletedTask;
        });
}
