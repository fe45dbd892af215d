namespace Coffer.Domain.Protection;

/// <summary>Why a data source whose protection is stopped is not backed up: vault and agent say the same.</summary>
public static class StoppedFaults
{
    private const string Stopped = "protection.stopped", Deleted = "protection.deleted";

    public static bool Include(Fault fault) => fault.Code is Stopped or Deleted;

    /// <param name="state">Of one that is not protected.</param>
    /// <param name="label">The data source, for people.</param>
    /// <param name="name">What commands take it by.</param>
    public static Fault Of(ProtectionState state, string label, string name)
    {
        string points = state == ProtectionState.StoppedRetainedByPolicy ? "go by their policy" : "are kept";
        return state == ProtectionState.Deleted
            ? new Fault(
                Deleted, FaultKind.Refused, $"The backups of {label} were deleted, and it is backed up no more.",
                $"Bring them back with `coffer protection undelete {PathText.AsWord(name)}`, or go on without them:"
                + $" `{ResumeOf(name)}`.")
            : new Fault(
                Stopped, FaultKind.Refused, $"Protection of {label} is stopped; its points {points}.",
                $"`{ResumeOf(name)}` takes it up again.");
    }

    /// <summary>The command that has a data source backed up again.</summary>
    public static string ResumeOf(string name) => $"coffer protection resume {PathText.AsWord(name)}";

    public static ProtectionState StateOf(Fault fault) =>
        fault.Code == Deleted ? ProtectionState.Deleted : ProtectionState.StoppedWithDataRetained;
}
