using System.Text.Json;

namespace Coffer.EndToEnd.Fidelity;

/// <summary>A tree as look_at_tree.py saw it: for each path, each field's JSON text.</summary>
internal sealed class SeenTree
{
    private readonly Dictionary<string, Dictionary<string, string>> _entries = [];

    public static async Task<SeenTree> LookAsync(string root)
    {
        var outcome = await CommandLine.RunAsync("python3", CommandLine.Script("look_at_tree.py"), root);
        outcome.ShouldExitWith(0);
        var tree = new SeenTree();
        foreach (string line in outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var fields = json.RootElement.EnumerateObject().ToDictionary(f => f.Name, f => f.Value.GetRawText());
            tree._entries.Add(json.RootElement.GetProperty("path").GetString()!, fields);
        }

        return tree;
    }

    /// <summary>"PATH: FIELD was A, is B" for each difference in one top folder of the tree.</summary>
    public IReadOnlyList<string> DifferencesFrom(SeenTree original, string aspect)
    {
        var differences = new List<string>();
        foreach (string path in original._entries.Keys.Union(_entries.Keys).Where(p => IsOf(p, aspect)).Order())
        {
            if (!_entries.TryGetValue(path, out var now)) differences.Add($"{Short(path)}: missing");
            else if (!original._entries.TryGetValue(path, out var before)) differences.Add($"{Short(path)}: extra");
            else differences.AddRange(Compare(path, before, now, aspect));
        }

        return differences;
    }

    private static IEnumerable<string> Compare(
        string path, Dictionary<string, string> before, Dictionary<string, string> now, string aspect) =>
        from field in before.Keys.Union(now.Keys)
        where field != "atime" || aspect == "access-times"
        // How much space a file takes may differ for reasons of the file system; where it was set aside it counts.
        where field != "allocated" || aspect.StartsWith("unwritten", StringComparison.Ordinal)
        let was = before.GetValueOrDefault(field)
        let isNow = now.GetValueOrDefault(field)
        where was != isNow
        select $"{Short(path)}: {field} was {was}, is {isNow}";

    private static bool IsOf(string path, string aspect) =>
        path == aspect || path.StartsWith(aspect + "/", StringComparison.Ordinal);

    private static string Short(string path) => path.Length <= 200 ? path : "..." + path[^200..];
}
