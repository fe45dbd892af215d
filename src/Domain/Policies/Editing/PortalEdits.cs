namespace Coffer.Domain.Policies.Editing;

/// <summary>
/// What a machine takes of policies that were edited at its vault. Set on the machine alone: whoever holds the vault
/// must not be able to widen it.
/// </summary>
public enum PortalEdits
{
    /// <summary>When it backs up and how long points are kept; never what it reads, nor how.</summary>
    ScheduleAndRetention = 1,

    /// <summary>The whole policy. Whoever holds the vault can have any file backed up, encrypted as ever.</summary>
    All = 2,

    None = 3,
}
