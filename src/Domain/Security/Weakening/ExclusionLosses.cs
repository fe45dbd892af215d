using System.Text;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Domain.Security.Weakening;

/// <summary>
/// What one policy's exclusions leave out that another's do not. Of all patterns that match a path the last decides,
/// so wherever it stands, a pattern more leaves out only more, and one with <c>!</c> takes back in only more; and the
/// order weighs only between one of each.
/// </summary>
internal static class ExclusionLosses
{
    public static IEnumerable<PolicyWeakness> Of(ProtectionPolicy from, ProtectionPolicy to)
    {
        var before = LastPlaces(from.Exclusions);
        var after = LastPlaces(to.Exclusions);
        foreach (var (text, (pattern, place)) in after)
        {
            if (pattern.IsNegated) continue;
            if (!before.TryGetValue(text, out var old)) yield return new(WeaknessKind.ExclusionAdded, pattern.Text);
            else if (WinsAnew(old.Place, place, before, after))
                yield return new PolicyWeakness(WeaknessKind.ExclusionMoved, pattern.Text);
        }

        foreach (var (text, (pattern, _)) in before)
            if (pattern.IsNegated && !after.ContainsKey(text))
                yield return new PolicyWeakness(WeaknessKind.InclusionRemoved, pattern.Text);
        if (to.SkipsCacheFolders && !from.SkipsCacheFolders)
            yield return new PolicyWeakness(WeaknessKind.CacheFoldersSkipped, []);
    }

    /// <summary>Whether it comes after a negated pattern of both policies that it came before.</summary>
    private static bool WinsAnew(int oldPlace, int place, Places before, Places after)
    {
        foreach (var (text, (pattern, oldOther)) in before)
            if (pattern.IsNegated && oldPlace < oldOther
                && after.TryGetValue(text, out var other) && other.Place < place)
                return true;
        return false;
    }

    /// <summary>Each text once, where it stands last: what it decides earlier it decides there too.</summary>
    private static Places LastPlaces(IReadOnlyList<ExclusionPattern> patterns)
    {
        var places = new Places();
        // Latin-1 gives each byte a sign of its own.
        for (int i = 0; i < patterns.Count; i++)
            places[Encoding.Latin1.GetString(patterns[i].Text)] = (patterns[i], i);
        return places;
    }

    private sealed class Places : Dictionary<string, (ExclusionPattern Pattern, int Place)>;
}
