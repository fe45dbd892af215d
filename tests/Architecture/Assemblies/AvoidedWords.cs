using System.Text.RegularExpressions;

namespace Coffer.Architecture.Assemblies;

/// <summary>Words that say nothing about a type, with what to write in their place.</summary>
internal static partial class AvoidedWords
{
    private static readonly Dictionary<string, string> Advice = new(StringComparer.Ordinal)
    {
        ["Manager"] = "name what it does to what: Keeper of sessions is Sessions, opener of packs is PackReader",
        ["Helper"] = "move the methods to the type that they are about",
        ["Util"] = "move the methods to the type that they are about",
        ["Utils"] = "move the methods to the type that they are about",
        ["Utility"] = "move the methods to the type that they are about",
        ["Common"] = "name what the members have in common",
        ["Misc"] = "split it by subject",
        ["Info"] = "name the facts: Statistics, Identity, Metadata, Summary",
        ["Processor"] = "name the step: Reader, Writer, Walker, Chunker, Sealer",
    };

    /// <summary>Null where the name is fine, else what to do about it.</summary>
    public static string? Judge(string typeName)
    {
        if (typeName == "Item")
        {
            return "Item: say of what: BackupItem, PolicyItem";
        }

        foreach (Match word in Words().Matches(typeName))
        {
            if (Advice.TryGetValue(word.Value, out string? advice))
            {
                return $"{typeName}: {advice}";
            }
        }

        return null;
    }

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();
}
