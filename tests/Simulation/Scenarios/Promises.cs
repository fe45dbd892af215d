namespace Coffer.Simulation.Scenarios;

internal enum Standing
{
    Absent = 1,
    Live,
    Deleted,
}

/// <summary>What the vault has promised by its answers so far, and so must keep whatever happens.</summary>
internal sealed class Promises
{
    /// <summary>The vault's clock.</summary>
    public DateTimeOffset Now { get; set; } = VirtualTime.Start;

    /// <summary>The step of the scenario that is being done.</summary>
    public int Step { get; set; }

    /// <summary>Of all points that were committed, purged ones included.</summary>
    public long HighestSequence { get; set; }

    /// <summary>
    /// Files that nobody syncs or needs and that were there at some moment: any of them may turn up after a crash.
    /// </summary>
    public List<(string Path, byte[] Bytes)> Marks { get; private init; } = [];

    public Possible<bool> IsVault { get; private init; } = new(false);

    public Possible<bool> IsRegistered { get; private init; } = new(false);

    /// <summary>Number of the envelope that a restore begins with; 0 before there is one.</summary>
    public Possible<uint> Envelope { get; private init; } = new(0);

    /// <summary>Points by name; those that are not in it were never begun.</summary>
    public Dictionary<string, Possible<Standing>> Points { get; private init; } = [];

    /// <summary>Name of the checkpoint that a next session goes on from; "" for none.</summary>
    public Possible<string> Checkpoint { get; private init; } = new("");

    public Possible<Standing> Of(PlannedPoint point) => Points.TryGetValue(point.Name, out var standing)
        ? standing
        : Points[point.Name] = new Possible<Standing>(Standing.Absent);

    public Promises Copy() => new()
    {
        Now = Now,
        Step = Step,
        HighestSequence = HighestSequence,
        Marks = [.. Marks],
        IsVault = IsVault.Copy(),
        IsRegistered = IsRegistered.Copy(),
        Envelope = Envelope.Copy(),
        Points = Points.ToDictionary(point => point.Key, point => point.Value.Copy()),
        Checkpoint = Checkpoint.Copy(),
    };
}
