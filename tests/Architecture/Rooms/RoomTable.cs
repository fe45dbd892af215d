namespace Coffer.Architecture.Rooms;

/// <summary>
/// Which room may use which. Two arrows are missing on purpose: Vault has no path to Sealing, so that the vault
/// cannot read data, and Storage knows names and bytes only.
/// </summary>
internal static class RoomTable
{
    public static readonly IReadOnlyDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Domain"] = [],
        ["Format"] = ["Domain"],
        ["Sealing"] = ["Domain", "Format"],
        ["Contracts"] = ["Domain", "Format"],
        ["Storage"] = ["Domain"],
        ["Vault"] = ["Contracts", "Domain", "Format", "Storage"],
        ["FileSystem"] = ["Domain"],
        ["Agent"] = ["Contracts", "Domain", "FileSystem", "Format", "Sealing"],
        ["Server"] = ["Contracts", "Domain", "FileSystem", "Format", "Storage", "Vault"],
        ["Cli"] = ["Agent", "Contracts", "Domain", "FileSystem", "Format", "Sealing", "Storage", "Vault"],
    };

    /// <summary>The file name of a room's assembly, without extension.</summary>
    public static string AssemblyName(string room) => room switch
    {
        "Cli" => "coffer",
        "Server" => "coffer-vault",
        _ => "Coffer." + room,
    };

    /// <summary>Everything that can be reached from <paramref name="start"/> along the arrows.</summary>
    public static IReadOnlySet<string> Reachable(string start, Func<string, IEnumerable<string>> arrows)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(arrows(start));
        while (open.TryPop(out string? room))
        {
            if (seen.Add(room))
            {
                foreach (string next in arrows(room))
                {
                    open.Push(next);
                }
            }
        }

        return seen;
    }
}
