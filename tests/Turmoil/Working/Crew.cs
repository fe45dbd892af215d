using Coffer.Domain;
using Coffer.Turmoil.Places;
using Coffer.Vault;

namespace Coffer.Turmoil.Working;

/// <summary>What all who work in the vault share.</summary>
internal sealed record Crew(Site Site, EmbeddedVault Vault, Ledger Ledger, int Seed, CancellationToken Stop)
{
    public Random RandomOf(int worker) => new((Seed * 31) + worker);

    /// <summary>A short while, so that not everything happens in one order.</summary>
    public Task PauseAsync(Random random, int mostMilliseconds) => Task.Delay(random.Next(mostMilliseconds), Stop);

    /// <summary>A point that is told of as there, and may be used for anything; null before there is one.</summary>
    public ObjectId? AnyPoint(Random random)
    {
        var there = Ledger.Points().Where(point => point.Value.Gone == Known.No).Select(point => point.Key).ToList();
        return there.Count > 0 ? there[random.Next(there.Count)] : null;
    }

    /// <summary>What went wrong with a point is no fault once it may be purged.</summary>
    public void Judge(ObjectId point, string trouble)
    {
        if (Ledger.Of(point) is { MayGo: true }) Ledger.Count("troubles-with-purged");
        else throw new TurmoilException($"point {point}, {Ledger.Of(point)}: {trouble}");
    }
}

/// <summary>Something that must not be.</summary>
public sealed class TurmoilException(string message) : Exception(message);
