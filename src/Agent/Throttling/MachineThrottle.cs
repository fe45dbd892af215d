using Coffer.Agent.Homes;
using Coffer.Contracts.Http.Throttling;
using Coffer.Domain;
using Coffer.Domain.Throttling;

namespace Coffer.Agent.Throttling;

/// <summary>The throttle of one process, as it is set on its machine.</summary>
public static class MachineThrottle
{
    /// <exception cref="CorruptionException">The settings cannot be read.</exception>
    public static LineThrottle Of(AgentHome home, TimeProvider time)
    {
        ThrottleRules? last = null;
        bool isUnderWay = false;
        return new LineThrottle(
            () =>
            {
                try
                {
                    last = home.ReadSettings().Throttle;
                }
                catch (Exception e) when (isUnderWay && (e is FaultException or CorruptionException))
                {
                    // A job under way does not end for it: what held before holds on, and the next command tells.
                }
                isUnderWay = true;
                return last;
            },
            time);
    }
}
