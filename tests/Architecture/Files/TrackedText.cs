namespace Coffer.Architecture.Files;

/// <summary>What no file may hold: where packages were fetched from, where one machine keeps things.</summary>
internal static class TrackedText
{
    // In halves, so that this file does not find itself.
    private static readonly string[] Registries =
    [
        "nuget" + ".org", "npm" + "js.", "yarn" + "pkg.com", "pypi" + ".org", "crates" + ".io", "pkgs." + "dev.azure",
        "my" + "get.org", "jfrog" + ".io", "proxy." + "golang",
    ];

    private static readonly string[] MachinePaths =
    [
        "/wo" + "rk/", "/root/" + ".", "C:\\" + "Users\\", "/.nuget/" + "packages",
    ];

    /// <summary>One line for each offence in a text file.</summary>
    /// <param name="root">The checkout's own place, not to be written down either; empty to leave it out.</param>
    public static IEnumerable<string> Offences(string path, string text, string root)
    {
        foreach (string word in Registries.Where(word => Holds(text, word)))
        {
            yield return $"{path}: names the registry {word}; the user's configuration says where packages come from";
        }

        foreach (string word in MachinePaths.Append(root).Where(word => word.Length > 4 && Holds(text, word)))
        {
            yield return $"{path}: holds the path {word} of one machine; write it relative to the checkout";
        }

        bool isLock = path.EndsWith("packages.lock.json", StringComparison.Ordinal)
            || path.EndsWith("package-lock.json", StringComparison.Ordinal);
        if (isLock && Holds(text, "://"))
        {
            yield return $"{path}: holds a download address; lock versions and hashes only";
        }
    }

    private static bool Holds(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
