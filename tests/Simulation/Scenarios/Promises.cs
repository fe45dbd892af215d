using Coffer.Domain;

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
    /// Ids of which the only copy was hurt and that nobody sent again: all that may be lost, and nothing else.
    /// </summary>
    public HashSet<ObjectId> Damaged { get; private init; } = [];

    /// <summary>Ids that somebody began to send again: they may be there or not.</summary>
    public HashSet<ObjectId> Resent { get; private init; } = [];

    /// <summary>Bits of packs were changed behind the vault's back.</summary>
    public bool IsHurt { get; set; }

    /// <summary>A scrub has been through: it has found and mended all that is hurt.</summary>
    public bool IsScrubbed { get; set; }

    /// <summary>The disk lied, so the vault may take for damaged what is not, as long as it still reads it.</summary>
    public bool MayDoubt { get; set; }

    /// <summary>Tables were lost or exchanged: writing is refused until a recovery has been through.</summary>
    public Possible<bool> NeedsRecovery { get; private init; } = new(false);

    /// <summary>All that the catalog says of points that nobody changes any more: times, tags, holds, expiry.</summary>
    public Dictionary<ObjectId, string> Facts { get; private init; } = [];

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
        Damaged = [.. Damaged],
        Resent = [.. Resent],
        IsHurt = IsHurt,
        IsScrubbed = IsScrubbed,
        MayDoubt = MayDoubt,
        NeedsRecovery = NeedsRecovery.Copy(),
        Facts = new(Facts),
        IsVault = IsVault.Copy(),
        IsRegistered = IsRegistered.Copy(),
        Envelope = Envelope.Copy(),
        Points = Points.ToDictionary(point => point.Key, point => point.Value.Copy()),
        Checkpoint = Checkpoint.Copy(),
    };
}
