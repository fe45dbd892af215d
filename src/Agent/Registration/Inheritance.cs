using Coffer.Agent.Browsing;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Points;
using Coffer.Format.Policies;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Registration;

/// <summary>
/// What an adopting machine takes over from the server that it goes on as. The policy comes from the newest point,
/// where it is sealed, and not from the vault's own copy: whoever has the vault could add a path to that one, and the
/// machine would read it.
/// </summary>
internal static class Inheritance
{
    /// <summary>Points that are looked into for a policy, the newest first.</summary>
    private const int PointsTried = 16;

    public static async Task TakeAsync(
        IVault vault, AgentHome home, ServerDescription server, KeyspaceKeys keys, CancellationToken cancellationToken)
    {
        var points = await vault.ListPointsAsync(new PointFilter(Machine: server.Id), cancellationToken);
        if (await PolicyAsync(vault, server, keys, points, cancellationToken) is { } policy)
            home.WritePolicy(PolicyCodec.Decode(
                System.Text.Encoding.UTF8.GetBytes(policy), $"the policy in the newest point of {server.Name}"));
        home.WriteSources([.. points.DistinctBy(point => point.Source).Select(KnownByPath).OfType<KnownSource>()]);
    }

    private static async Task<string?> PolicyAsync(
        IVault vault, ServerDescription server, KeyspaceKeys keys, IReadOnlyList<PointDescription> points,
        CancellationToken cancellationToken)
    {
        await using var reader = await vault.OpenReaderAsync(server.Keyspace, cancellationToken);
        using var pages = new PageReader(reader, keys);
        PointBody? newest = null;
        // By its own time: the order in which the vault lists them is the vault's.
        foreach (var point in points.OrderByDescending(point => point.ReceivedAt).Take(PointsTried))
        {
            try
            {
                var body = (await PointBrowser.OpenAsync(pages, point.Id, cancellationToken)).Body;
                bool isNewer = body.Machine == server.Id && body.AgentTime > (newest?.AgentTime ?? default);
                if (isNewer && body.Policy.Length > 0) newest = body;
            }
            catch (Exception e) when (e is CorruptionException or FaultException)
            {
                // Damaged; another one tells.
            }
        }

        return newest?.Policy;
    }

    /// <summary>The volumes of this machine are others: only where they are mounted can tell which is which.</summary>
    private static KnownSource? KnownByPath(PointDescription point)
    {
        try
        {
            return new KnownSource(
                point.Source, point.SourceLabel,
                new VolumeDescription("", "", "", [], PathText.Parse(point.SourceLabel)));
        }
        catch (FormatException)
        {
            return null; // found anew, with a source of its own
        }
    }
}
