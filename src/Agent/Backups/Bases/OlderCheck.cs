using Coffer.Agent.Homes;
using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;

namespace Coffer.Agent.Backups.Bases;

/// <summary>
/// Whether the vault shows less of the source than it has acknowledged. What a point says of its own number is sealed;
/// the number that the vault tells is not, and counts only against it.
/// </summary>
internal static class OlderCheck
{
    /// <returns>Null where all is there, or this machine remembers nothing.</returns>
    public static async Task<OlderVault?> OfAsync(
        BackupRequest request, SessionOpening opening, BasePoints bases, CancellationToken cancellationToken)
    {
        if (request.LastPoint is not { Point: { } point } last || opening.NewestPoint == point) return null;
        if (bases.Point is { } newest && newest.Body.Sequence > last.Sequence) return null;
        // An honest vault that has lost the file of its newest point cannot hold it, and still lists it.
        if (opening.NewestPoint is null && opening.HighestSequence >= last.Sequence
            && await IsListedAsync(request, point, cancellationToken)) return null;
        return new OlderVault(
            request.Time.GetUtcNow(), last.Sequence, point, bases.Point?.Body.Sequence ?? 0);
    }

    private static async Task<bool> IsListedAsync(
        BackupRequest request, ObjectId point, CancellationToken cancellationToken)
    {
        var filter = new PointFilter(request.Machine, request.Source.Id);
        return (await request.Vault.ListPointsAsync(filter, cancellationToken)).Any(listed => listed.Id == point);
    }
}
