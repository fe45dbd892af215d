using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration.Envelopes;

/// <summary>
/// Whether keys are those that a keyspace's points were sealed with. Anybody can make an envelope that opens and is
/// signed by its own keys; nobody without the keyspace's can make one whose keys open what was there before.
/// </summary>
internal static class KeyProof
{
    /// <summary>True: a point opens. False: none of those that could be read. Null: there was none to read.</summary>
    public static async Task<bool?> ByPointsAsync(
        IVault vault, KeyspaceKeys keys, CancellationToken cancellationToken)
    {
        var points = await vault.ListPointsAsync(new PointFilter(Keyspace: keys.Keyspace), cancellationToken);
        if (points.Count == 0) return null;
        try
        {
            await using var reader = await vault.OpenReaderAsync(keys.Keyspace, cancellationToken);
            var newest = points.OrderByDescending(p => p.ReceivedAt).Take(Limits.PointsOfProof).Select(p => p.Id);
            return await AnyOpensAsync(reader, newest, keys, cancellationToken);
        }
        catch (FaultException)
        {
            return null; // the vault cannot read them now; whoever wants one is told why
        }
    }

    private static async Task<bool?> AnyOpensAsync(
        IFrameReader reader, IEnumerable<ObjectId> points, KeyspaceKeys keys, CancellationToken cancellationToken)
    {
        using var opener = new FrameOpener(keys);
        using var plain = new FrameBuffer();
        bool? opens = null;
        foreach (var point in points)
        {
            try
            {
                opener.Open(await reader.ReadPointAsync(point, cancellationToken), point, NodeKind.Point, plain);
                return true;
            }
            catch (CorruptionException)
            {
                opens = false;
            }
            catch (FaultException)
            {
                // Lost or on a bad block: it says nothing about the keys.
            }
        }

        return opens;
    }
}
