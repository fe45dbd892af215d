namespace Coffer.Domain.Security.Settings;

/// <summary>The switches of one vault. A change of them is judged by <see cref="SettingsChange"/>.</summary>
public sealed record SecuritySettings
{
    /// <summary>A new vault: protected, and nothing that cannot be undone.</summary>
    public static SecuritySettings Default { get; } = new();

    /// <summary>The one switch for PIN, minimum retention, soft delete and mail on critical operations.</summary>
    public bool HasSecurityFeatures { get; init; } = true;

    public SoftDelete SoftDelete { get; init; } = SoftDelete.Default;

    public Immutability Immutability { get; init; } = Immutability.Off;

    public MultiUserAuthorization MultiUser { get; init; } = MultiUserAuthorization.Off;

    public MinimumRetention MinimumRetention { get; init; } = MinimumRetention.Standard;

    /// <summary>Whether what is deleted now can be brought back.</summary>
    public bool SoftDeletes => HasSecurityFeatures && SoftDelete.Mode != SoftDeleteMode.Off;

    /// <summary>The first value that no vault may have, or null. Codes: <c>security.period</c>,
    /// <c>security.minimum</c>, <c>security.features-off</c>.</summary>
    public Fault? Broken()
    {
        if (SoftDelete.PeriodDays
            is < SecurityLimits.ShortestSoftDeleteDays or > SecurityLimits.LongestSoftDeleteDays)
            return SecurityFaults.PeriodOutOfRange(SoftDelete.PeriodDays);
        if (MinimumRetention.IsBelow(MinimumRetention.Standard))
            return SecurityFaults.MinimumTooLow(MinimumRetention.ToString());
        if (HasSecurityFeatures) return null;
        if (SoftDelete.Mode == SoftDeleteMode.AlwaysOn) return SecurityFaults.FeaturesNeeded("Soft delete always on");
        return Immutability == Immutability.Locked ? SecurityFaults.FeaturesNeeded("Locked immutability") : null;
    }

    /// <summary>
    /// All values in one line, the same for equal settings and no others: what a PIN or an approval of a change is
    /// bound to.
    /// </summary>
    public string ToText() =>
        $"features {HasSecurityFeatures}; soft delete {SoftDelete.Mode} {SoftDelete.PeriodDays}; "
        + $"immutability {Immutability}; multi-user {MultiUser.IsOn} {MultiUser.GuardsDelete} "
        + $"{MultiUser.GuardsShorterRetention} {MultiUser.GuardsPin}; minimum {MinimumRetention}";
}
