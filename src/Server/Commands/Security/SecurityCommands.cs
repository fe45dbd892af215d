using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Settings;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Security;

/// <summary><c>coffer-vault security [show]</c>, and how switches and levels are told.</summary>
internal static class SecurityCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "security", "The vault's switches, and the level that they make", ShowAsync,
        ConsoleVerb.Of("show", "Show the switches, the level, and what would raise it", ShowAsync,
            "coffer-vault security show --data /srv/vault"),
        new SecuritySetCommand());

    /// <summary>Behind the level: what would raise it; nothing at the top.</summary>
    public static string WayUp(LevelReport level)
    {
        if (level.Steps.Count == 0) return "";
        string steps = string.Join(level.OneSuffices ? ", or " : ", and ", level.Steps.Select(Of));
        return $"; {level.Level + 1} with {steps}";
    }

    public static void Print(Report report, SecurityOverview security)
    {
        var settings = security.Settings;
        var multi = settings.MultiUser;
        report.Line($"Level              {security.Level.Level}{WayUp(security.Level)}");
        report.Line($"Security features  {(settings.HasSecurityFeatures ? "on" : "off")}");
        report.Line($"Soft delete        {Words.Of(settings.SoftDelete.Mode)},"
            + $" {Words.Count(settings.SoftDelete.PeriodDays, "day")}");
        report.Line($"Immutability       {Words.Of(settings.Immutability)}");
        report.Line($"Multi-user         {(multi.IsOn ? "on" : "off")}{Guards(multi)}");
        report.Line($"Minimum retention  {settings.MinimumRetention}");
    }

    private static async Task<int> ShowAsync(VaultConsole vault)
    {
        var security = await vault.GetAsync("/security", ManagementJson.Default.SecurityOverview);
        Print(vault.Report, security);
        return vault.Report.Done(security, ManagementJson.Default.SecurityOverview);
    }

    private static string Guards(MultiUserAuthorization multi)
    {
        string[] guarded =
        [
            .. new[]
            {
                multi.GuardsDelete ? "delete" : null,
                multi.GuardsShorterRetention ? "shorter retention" : null,
                multi.GuardsPin ? "getting a PIN" : null,
            }.OfType<string>(),
        ];
        return guarded.Length == 0 ? "" : $"; guards {string.Join(", ", guarded)} too";
    }

    private static string Of(LevelStep step) => step switch
    {
        LevelStep.SwitchSecurityFeaturesOn => "the security features on",
        LevelStep.SwitchSoftDeleteOn => "soft delete on",
        LevelStep.MakeSoftDeleteAlwaysOn => "soft delete always on",
        LevelStep.SwitchImmutabilityOn => "immutability on",
        LevelStep.LockImmutability => "immutability locked",
        LevelStep.SwitchMultiUserOn => "multi-user authorization on",
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
    };
}
