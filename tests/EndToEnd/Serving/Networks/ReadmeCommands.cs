namespace Coffer.EndToEnd.Serving.Networks;

/// <summary>The command lines of a section of README.md, as they stand there, without their remarks.</summary>
internal static class ReadmeCommands
{
    public static string[] Of(string section)
    {
        string text = File.ReadAllText(Path.Combine(Machine.Root(), "README.md"));
        string[] parts = text.Split($"\n## {section}\n");
        parts.Length.ShouldBe(2, $"README.md has one section '{section}'");
        string[] blocks = parts[1].Split("\n## ")[0].Split("```");
        return
        [
            .. blocks.Where((block, i) => i % 2 == 1 && block.StartsWith("sh\n", StringComparison.Ordinal))
                .SelectMany(block => block.Split('\n').Skip(1))
                .Select(line => line.Split(" #")[0].Trim())
                .Where(line => line.Length > 0),
        ];
    }
}
