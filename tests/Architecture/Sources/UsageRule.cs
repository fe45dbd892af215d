using System.Text.RegularExpressions;

namespace Coffer.Architecture.Sources;

/// <summary>Words that only some folders of src may write.</summary>
/// <param name="Name">What is ruled, for the message.</param>
/// <param name="Pattern">Looked for in code, not in comments or strings.</param>
/// <param name="Places">Folders and files below src where it may be written.</param>
/// <param name="Advice">What to do elsewhere.</param>
internal sealed record UsageRule(string Name, Regex Pattern, string[] Places, string Advice)
{
    public static readonly UsageRule[] All =
    [
        new("native calls", Matching(@"\b(LibraryImport|DllImport|NativeLibrary)\b"),
            ["FileSystem", "Storage", "Vault/Sqlite", "Sealing/Compressing", "Sealing/Argon2"],
            "Files and the system belong to FileSystem and Storage; a library has one folder that wraps it."),
        new("Console", Matching(@"\b(Console\s*\.\s*\w|AnsiConsole\b)"), ["Cli", "Server/Commands"],
            "Only the command prints; hand the facts to it."),
        new("files",
            Matching(@"(?<![\w.])(System\.IO\.)?(File|Directory|FileStream|FileInfo|DirectoryInfo)\s*[.(]\s*\w"),
            // The agent's cache is its own scratch: files that may be lost at any time.
            ["FileSystem", "Storage", "Agent/Caching"],
            "Go through FileSystem (what is protected, home, cache) or Storage (what a vault keeps)."),
        new("environment", Matching(@"\bEnvironment\s*\.\s*(GetEnvironmentVariable|Exit|FailFast)\b"),
            ["Cli", "FileSystem", "Server/Commands"],
            "Settings come in as arguments, and only the command ends the process."),
        new("clock", Matching(@"\bTimeProvider\s*\.\s*System\b"), ["Cli/Program.cs", "Server/Program.cs"],
            "The two Program.cs take the clock; have it passed in."),
    ];

    /// <summary>One line for each place where <paramref name="source"/> breaks the rule.</summary>
    public IEnumerable<string> Offences(string pathBelowSrc, string source)
    {
        if (Places.Any(
            place => pathBelowSrc == place || pathBelowSrc.StartsWith(place + "/", StringComparison.Ordinal)))
        {
            yield break;
        }

        string code = CodeText.Of(source);
        foreach (Match match in Pattern.Matches(code))
        {
            int line = code.AsSpan(0, match.Index).Count('\n') + 1;
            yield return $"src/{pathBelowSrc}:{line}: {Name}. {Advice}";
        }
    }

    private static Regex Matching(string pattern) => new(pattern, RegexOptions.CultureInvariant);
}
