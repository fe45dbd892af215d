namespace Coffer.Fuzz.Targets;

internal static class AllTargets
{
    public static IReadOnlyList<Target> List { get; } =
    [
        .. PackTargets.List, .. PageTargets.List, .. PointTargets.List, .. EnvelopeTargets.List, .. RecordTargets.List,
        .. BodyTargets.List, .. AgentTargets.List,
    ];
}
