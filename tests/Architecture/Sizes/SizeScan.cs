namespace Coffer.Architecture.Sizes;

/// <summary>Measures C# sources against the house rules.</summary>
internal static class SizeScan
{
    public const int MaxFileLines = 500;
    public const int MaxFunctionLines = 70;
    public const int MaxLineCharacters = 120;
    public const int MaxFolderFiles = 12;

    /// <summary>What is too large in one file. Of functions with one name the longest is told.</summary>
    public static IEnumerable<Offender> File(string path, string source)
    {
        string[] lines = source.TrimEnd('\n').Split('\n');
        if (lines.Length > MaxFileLines)
        {
            yield return new Offender("file-lines", path, lines.Length);
        }

        int longest = lines.Max(line => line.TrimEnd('\r').Length);
        if (longest > MaxLineCharacters)
        {
            yield return new Offender("line-length", path, longest);
        }

        foreach (var group in FunctionScan.Of(source).GroupBy(function => function.Name))
        {
            int size = group.Max(function => function.Lines);
            if (size > MaxFunctionLines)
            {
                yield return new Offender("function-lines", $"{path}#{group.Key}", size);
            }
        }
    }

    public static IEnumerable<Offender> Folders(IEnumerable<string> paths) =>
        paths.GroupBy(path => path[..path.LastIndexOf('/')])
            .Where(folder => folder.Count() > MaxFolderFiles)
            .Select(folder => new Offender("folder-files", folder.Key, folder.Count()));
}
