using Coffer.Domain;
using Coffer.Domain.Security.Settings;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Commands.Security;

/// <summary>The switches as they are typed; what is null stays as it is.</summary>
internal sealed record SwitchWords(
    string? Features, string? SoftDelete, int? PeriodDays, string? Immutability, string? MultiUser, string? Guard,
    string? Minimum)
{
    private static readonly string[] s_guards = ["delete", "shorter-retention", "pin"];

    /// <exception cref="FaultException"><c>value.unknown</c>.</exception>
    public SecuritySettings Applied(SecuritySettings current)
    {
        var multi = current.MultiUser with { IsOn = OnOff(MultiUser) ?? current.MultiUser.IsOn };
        if (Guard is not null)
        {
            string[] guarded = GuardsOf(Guard);
            multi = new MultiUserAuthorization(
                multi.IsOn, guarded.Contains(s_guards[0]), guarded.Contains(s_guards[1]),
                guarded.Contains(s_guards[2]));
        }
        return current with
        {
            HasSecurityFeatures = OnOff(Features) ?? current.HasSecurityFeatures,
            SoftDelete = new SoftDelete(
                SoftDelete is null ? current.SoftDelete.Mode : Words.Parse<SoftDeleteMode>(SoftDelete),
                PeriodDays ?? current.SoftDelete.PeriodDays),
            Immutability = Immutability is null
                ? current.Immutability
                : Words.Parse<Domain.Security.Settings.Immutability>(Immutability),
            MultiUser = multi,
            MinimumRetention = Minimum is null
                ? current.MinimumRetention
                : MinimumOf(Minimum, current.MinimumRetention),
        };
    }

    private static bool? OnOff(string? text) => text switch
    {
        null => null,
        "on" => true,
        "off" => false,
        _ => throw Unknown(text, ["on", "off"]),
    };

    private static string[] GuardsOf(string text)
    {
        if (text == "none") return [];
        string[] all = text.Split(',', StringSplitOptions.TrimEntries);
        return Array.Find(all, guard => !s_guards.Contains(guard)) is { } wrong
            ? throw Unknown(wrong, [.. s_guards, "none"])
            : all;
    }

    /// <summary><c>30d,8w</c>: days, weeks, months, years; those that are left out stay.</summary>
    private static MinimumRetention MinimumOf(string text, MinimumRetention least)
    {
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            bool isNumber = int.TryParse(
                part.AsSpan(0, Math.Max(0, part.Length - 1)), System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture, out int number);
            least = (isNumber ? part[^1] : ' ') switch
            {
                'd' => least with { Days = number },
                'w' => least with { Weeks = number },
                'm' => least with { Months = number },
                'y' => least with { Years = number },
                _ => throw Unknown(part, ["30d", "8w", "6m", "2y"]),
            };
        }
        return least;
    }

    private static FaultException Unknown(string text, string[] known) => FaultException.Usage("value.unknown",
        $"'{text}' is none of those that there are.", $"There are: {string.Join(", ", known)}.");
}
