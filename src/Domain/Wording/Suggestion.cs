namespace Coffer.Domain.Wording;

/// <summary>The known word that a mistyped one is nearest to.</summary>
public static class Suggestion
{
    /// <summary>Null where none is near: more than a third of the letters would have to change.</summary>
    public static string? Nearest(string typed, IEnumerable<string> known)
    {
        string? best = null;
        int least = Math.Max(2, typed.Length / 3) + 1;
        foreach (string word in known)
        {
            int distance = Distance(typed, word);
            if (distance >= least) continue;
            least = distance;
            best = word;
        }

        return best;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (Damerau, restricted).</summary>
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int least = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    least = Math.Min(least, rows[i - 2, j - 2] + 1);
                rows[i, j] = least;
            }
        }

        return rows[a.Length, b.Length];
    }
}
