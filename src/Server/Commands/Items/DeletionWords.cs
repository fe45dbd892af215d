using Coffer.Domain.Security.Settings;
using Coffer.Domain.Wording;

namespace Coffer.Server.Commands.Items;

/// <summary>Until when what is deleted can be brought back; the same words wherever something is.</summary>
internal static class DeletionWords
{
    public static string Before(SecuritySettings settings) => settings.SoftDeletes
        ? $"for {Counted.Of(settings.SoftDelete.PeriodDays, "day")} it can still be restored or brought"
            + " back, then it is destroyed"
        : "soft delete is off, so it is gone at once, for good";

    public static string After(SecuritySettings settings) => settings.SoftDeletes
        ? $"for {Counted.Of(settings.SoftDelete.PeriodDays, "day")} `coffer-vault item undelete` brings"
            + " its points back, then they are destroyed"
        : "its points are gone, for good";
}
