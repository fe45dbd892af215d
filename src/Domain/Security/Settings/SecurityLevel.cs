namespace Coffer.Domain.Security.Settings;

/// <summary>How hard it is to lose what a vault holds.</summary>
public enum SecurityLevel
{
    /// <summary>Deleted is gone.</summary>
    Poor = 1,

    /// <summary>Deleted data can be brought back.</summary>
    Fair = 2,

    /// <summary>And soft delete is always on, or the vault immutable.</summary>
    Good = 3,

    /// <summary>And both for good, and nobody can lower a switch alone.</summary>
    Excellent = 4,
}

/// <summary>What raises a vault to the next level.</summary>
public enum LevelStep
{
    SwitchSecurityFeaturesOn = 1,
    SwitchSoftDeleteOn = 2,
    MakeSoftDeleteAlwaysOn = 3,
    SwitchImmutabilityOn = 4,
    LockImmutability = 5,
    SwitchMultiUserOn = 6,
}

/// <summary>A vault's level and the way up.</summary>
/// <param name="Steps">What is missing for the next level; empty at the top.</param>
/// <param name="OneSuffices">Any one of the steps; else all of them.</param>
public sealed record LevelReport(SecurityLevel Level, IReadOnlyList<LevelStep> Steps, bool OneSuffices)
{
    public static LevelReport Of(SecuritySettings settings)
    {
        if (!settings.SoftDeletes) return new(SecurityLevel.Poor, [.. TowardsFair(settings)], false);
        bool isAlwaysOn = settings.SoftDelete.Mode == SoftDeleteMode.AlwaysOn;
        if (!isAlwaysOn && settings.Immutability == Immutability.Off)
            return new(SecurityLevel.Fair, [LevelStep.MakeSoftDeleteAlwaysOn, LevelStep.SwitchImmutabilityOn], true);
        LevelStep[] missing = [.. TowardsExcellent(settings, isAlwaysOn)];
        return new(missing.Length == 0 ? SecurityLevel.Excellent : SecurityLevel.Good, missing, false);
    }

    private static IEnumerable<LevelStep> TowardsFair(SecuritySettings settings)
    {
        if (!settings.HasSecurityFeatures) yield return LevelStep.SwitchSecurityFeaturesOn;
        if (settings.SoftDelete.Mode == SoftDeleteMode.Off) yield return LevelStep.SwitchSoftDeleteOn;
    }

    private static IEnumerable<LevelStep> TowardsExcellent(SecuritySettings settings, bool isAlwaysOn)
    {
        if (!isAlwaysOn) yield return LevelStep.MakeSoftDeleteAlwaysOn;
        if (settings.Immutability != Immutability.Locked) yield return LevelStep.LockImmutability;
        if (!settings.MultiUser.IsOn) yield return LevelStep.SwitchMultiUserOn;
    }
}
