namespace Coffer.Domain.Protection;

/// <summary>Whether a data source goes on being backed up, and what becomes of its points. On disk: numbers are never
/// reused.</summary>
public enum ProtectionState
{
    Protected = 1,

    /// <summary>No more runs; the points stay, and nothing cleans them up.</summary>
    StoppedWithDataRetained = 2,

    /// <summary>No more runs; the points go by the policy that they were made under.</summary>
    StoppedRetainedByPolicy = 3,

    /// <summary>No more runs; the points are deleted softly, or gone.</summary>
    Deleted = 4,
}

/// <summary>The three ways of stopping.</summary>
public enum StopWay
{
    RetainData = 1,
    RetainByPolicy = 2,
    DeleteData = 3,
}
