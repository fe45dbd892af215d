using System.Globalization;
using Coffer.Contracts.Management;
using Coffer.Domain;

namespace Coffer.Vault.Management;

/// <summary>Cuts lists into pages. What comes next is found by the last one told, not by a number.</summary>
internal static class Pages
{
    public const int DefaultSize = 100;
    public const int MaxSize = 1000;

    public static int SizeOf(int? asked) => Math.Clamp(asked ?? DefaultSize, 1, MaxSize);

    /// <summary>Where lists go by numbers.</summary>
    /// <exception cref="FaultException"><c>page.after</c>.</exception>
    public static long NumberOf(string after) =>
        long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw FaultException.Usage("page.after", $"'{after}' is no number of an entry.");

    /// <param name="all">Ascending by their keys.</param>
    /// <param name="after">The key of the last one that was told; null is the beginning.</param>
    public static Page<T> Cut<T>(IEnumerable<T> all, Func<T, string> key, string? after, int? size)
    {
        int count = SizeOf(size);
        var items = all.Where(item => after is null || string.CompareOrdinal(key(item), after) > 0)
            .Take(count + 1).ToList();
        bool isMore = items.Count > count;
        if (isMore) items.RemoveAt(count);
        return new Page<T>(items, isMore ? key(items[^1]) : null);
    }
}
