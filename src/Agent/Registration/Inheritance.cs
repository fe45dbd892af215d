using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Points;
using Coffer.Format.Policies;

namespace Coffer.Agent.Registration;

/// <summary>What an adopting machine takes over from the server that it goes on as.</summary>
internal static class Inheritance
{
    public static async Task TakeAsync(
        IVault vault, AgentHome home, ServerDescription server, CancellationToken cancellationToken)
    {
        if (await vault.ReadPolicyAsync(server.Id, cancellationToken) is { } stored)
            home.WritePolicy(PolicyCodec.Decode(stored.Json, $"policy of {server.Name} in the vault"));
        var points = await vault.ListPointsAsync(new PointFilter(Machine: server.Id), cancellationToken);
        home.WriteSources([.. points.DistinctBy(point => point.Source).Select(KnownByPath)]);
    }

    /// <summary>The volumes of this machine are others: only where they are mounted can tell which is which.</summary>
    private static KnownSource KnownByPath(PointDescription point) => new(
        point.Source, point.SourceLabel, new VolumeDescription("", "", "", [], PathText.Parse(point.SourceLabel)));
}
