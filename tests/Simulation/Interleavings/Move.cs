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
        CommitInCollection(7),
        Of("a day", _ => true, w => w.WaitADayAsync()),
        Of("a week", w => !w.HasSession, w => w.Wait(TimeSpan.FromDays(8))),
        Of("reopen", _ => true, w => w.ReopenAsync()),
        Of("the other machine opens", w => !w.HasSession, w => w.OpenAsync(1)),
        Of("send apart", w => w.HasSession, w => w.SendApartAsync(0)),
        Of("send twice", w => w.HasSession, w => w.SendTwiceAsync(0)),
        Of("commit twice", w => w.HasSession, w => w.CommitAsync(0, isAnswerLost: true)),
        Of("poison", w => w.HasSession && w.HasFirstShape, w => w.PoisonAsync()),
        Of("back up", w => !w.HasSession, w => w.BackUpAsync(0)),
        Of("back up poisoned", w => !w.HasSession && w.HasFirstShape, w => w.BackUpAsync(0, isPoisoned: true)),
        Of("drop", w => w.HasLive, w => w.Drop()),
        Of("read", w => !w.HasReader && w.HasLive, w => w.OpenReaderAsync()),
        Of("read on", w => w.HasReader, w => w.ReadOnAsync()),
        Of("end reading", w => w.HasReader, w => w.CloseReaderAsync()),
        Of("take over", w => w.HasSession && !w.HasOlder, w => w.TakeOverAsync()),
        Of("the older sends", w => w.HasOlder, w => w.SendByOlderAsync()),
        Of("the older commits", w => w.HasOlder, w => w.CommitByOlderAsync()),
        Of("the older ends", w => w.HasOlder, w => w.EndOlderAsync()),
        Of("copy the tables", _ => true, w => w.CopyTablesAsync()),
        Of("old catalog back", w => w.HasCopy, w => w.BringBackAsync(alsoIndex: false)),
        Of("old tables back", w => w.HasCopy, w => w.BringBackAsync(alsoIndex: true)),
    ];

    /// <summary>Enough for every order of a few to be tried: around a session, a reader, tables, poison.</summary>
    public static IReadOnlyList<(int Turns, int TurnsSampled, IReadOnlyList<Move> Moves)> Few { get; } =
    [
        (4, 2, [
            Named("open"), Named("ask"), Named("commit"), Named("delete"), Named("purge"), Named("collect"),
            Named("collect, commit in its middle"), Named("a day")]),
        (5, 2, [Named("read"), Named("drop"), Named("collect"), Named("a day")]),
        (4, 2, [
            Named("copy the tables"), Named("old catalog back"), Named("old tables back"), Named("back up"),
            Named("drop"), Named("collect")]),
        (5, 2, [Named("back up poisoned"), Named("back up"), Named("collect"), Named("a week")]),
    ];

    public static Move Named(string name) => All.Single(move => move.Name == name);

    /// <summary>A commit before a step of a collection: pages that it marks, then packs that it removes.</summary>
    public static Move CommitInCollection(int step) => Of(
        $"collect, commit before its step {step}", w => w.HasSession, w => w.Collect(() => w.CommitAsync(0), step));

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
