using Coffer.Domain;

namespace Coffer.Vault.Sharing;

/// <summary>From when to when what a machine sent counts for nobody: its key may have been in other hands.</summary>
internal sealed record DistrustedTime(DateTimeOffset Since, DateTimeOffset Until)
{
    public bool Holds(DateTimeOffset time) => time >= Since && time < Until;
}

/// <summary>
/// What is believed of a machine's frames. In a distrusted time they count for nobody, for the machine itself neither:
/// a thief may have sent garbage under ids that it is about to ask for. Later ones count for the machine, so that it
/// can be backed up again; and for the other members only once somebody has said that it is trusted again.
/// </summary>
/// <param name="IsOutside">Other members go without what it has sent since it was distrusted last.</param>
/// <param name="Epoch">The keyspace's loss epoch, at least: older marks were made while all of it was believed.</param>
internal sealed record Distrust(
    MachineId Machine, KeyspaceId Keyspace, DistrustedTime[] Times, bool IsOutside, long Epoch, string By)
{
    /// <summary>What was received then counts for nobody.</summary>
    public bool Holds(DateTimeOffset received) => Array.Exists(Times, span => span.Holds(received));

    /// <summary>What was received then does not count for other members.</summary>
    public bool IsOutsideAt(DateTimeOffset received) => IsOutside && received >= Times[^1].Since;

    /// <summary>With one more; those that touch become one.</summary>
    public static DistrustedTime[] Joined(IEnumerable<DistrustedTime> before, DistrustedTime more)
    {
        var apart = new List<DistrustedTime>();
        foreach (var span in before)
        {
            bool isApart = span.Until < more.Since || span.Since > more.Until;
            if (isApart) apart.Add(span);
            else more = new DistrustedTime(Min(span.Since, more.Since), Max(span.Until, more.Until));
        }
        return [.. apart.Append(more).OrderBy(span => span.Since)];
    }

    private static DateTimeOffset Min(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
