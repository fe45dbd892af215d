namespace Coffer.Architecture.Sizes;

/// <summary>One thing that is larger than the house rules want it.</summary>
/// <param name="Kind">What is measured: file-lines, function-lines, line-length, folder-files.</param>
/// <param name="Subject">Path, with <c>#Name</c> for a function.</param>
internal sealed record Offender(string Kind, string Subject, int Size);

/// <summary>Today's offenders, listed by hand; the list may only shrink.</summary>
internal static class Ratchet
{
    /// <summary>Lines of <c>kind subject size</c>; empty lines and those that begin with # are passed over.</summary>
    public static IReadOnlyList<Offender> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Select(part => new Offender(part[0], part[1], int.Parse(part[2])))];

    /// <summary>What has to be done, one line each; empty where list and measurement agree.</summary>
    public static IEnumerable<string> Compare(IReadOnlyList<Offender> listed, IReadOnlyList<Offender> measured)
    {
        foreach (var offender in measured)
        {
            var known = listed.FirstOrDefault(entry => Same(entry, offender));
            if (known is null || offender.Size > known.Size)
            {
                string limit = known is null ? "" : $", listed with {known.Size}";
                yield return $"{offender.Kind} {offender.Subject} {offender.Size}: too large{limit}; split it";
            }
        }

        foreach (var entry in listed.Where(entry => !measured.Any(offender => Same(entry, offender))))
        {
            yield return $"{entry.Kind} {entry.Subject}: no longer too large; take it off the list";
        }
    }

    private static bool Same(Offender a, Offender b) => a.Kind == b.Kind && a.Subject == b.Subject;
}
