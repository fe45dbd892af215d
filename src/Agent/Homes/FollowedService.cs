using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Domain;

namespace Coffer.Agent.Homes;

/// <summary>Remembers by which keys the vault goes from now on, as it has told this machine.</summary>
public static class FollowedService
{
    /// <summary>
    /// Whoever holds the home now, or has given it another file meanwhile, goes first: the vault tells it again with
    /// the next sign-in.
    /// </summary>
    public static void Remember(AgentHome home, ServiceAddress after)
    {
        try
        {
            using var held = home.TryLock();
            if (held is null || home.ReadMachine() is not { Place.Service: { } known } machine) return;
            bool isTheSame = known.Vault == after.Vault && known.Address == after.Address
                && after.Pin is { } pin && PinRule.Accepts(known, pin);
            if (isTheSame) home.WriteMachine(machine with { Place = VaultPlace.Of(after) });
        }
        catch (FaultException)
        {
            // The home cannot be written now: the work that is at hand goes on.
        }
    }
}
