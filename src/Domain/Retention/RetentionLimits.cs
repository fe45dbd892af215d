namespace Coffer.Domain.Retention;

/// <summary>The longest that a tier may keep: product 4.</summary>
public static class RetentionLimits
{
    public const int Days = 9_999;
    public const int Weeks = 5_163;
    public const int Months = 1_188;
    public const int Years = 99;

    /// <summary>The latest time until which a person may have a point kept.</summary>
    public static DateTimeOffset LatestExtension(DateTimeOffset now) => now.AddYears(Years);
}
