using System.Diagnostics;

namespace Coffer.Architecture;

/// <summary>The checkout that these tests were built from. Paths are relative to its root, with slashes.</summary>
internal static class Checkout
{
    private static readonly string[] BuiltFolders = ["bin", "obj", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static string Absolute(string path) => Path.Combine(Root, path);

    /// <summary>Names of the folders under src that hold a project, sorted.</summary>
    public static IReadOnlyList<string> RoomNames() =>
        [.. Directory.EnumerateDirectories(Absolute("src"))
            .Where(folder => Directory.EnumerateFiles(folder, "*.csproj").Any())
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)];

    /// <summary>C# files below the given top folders; those that do not exist are passed over.</summary>
    public static IEnumerable<string> SourcePaths(params string[] folders) =>
        folders.Where(folder => Directory.Exists(Absolute(folder)))
            .SelectMany(folder => Files(Absolute(folder)))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>What git tracks, and what it would once added. Without git all files outside built folders.</summary>
    public static IReadOnlyList<string> TrackedPaths()
    {
        var start = new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var git = Process.Start(start)!;
            git.ErrorDataReceived += (_, _) => { };
            git.BeginErrorReadLine();
            string[] names = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            if (git.ExitCode == 0)
            {
                return [.. names.Where(path => File.Exists(Absolute(path)))];
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No git on this machine: an unpacked archive is judged by what lies there.
        }

        return [.. Files(Root).Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))];
    }

    private static IEnumerable<string> Files(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            yield return file;
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (BuiltFolders.Contains(name) || name.StartsWith('.'))
            {
                continue;
            }

            foreach (string file in Files(child))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Coffer.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Coffer.slnx above {AppContext.BaseDirectory}");
    }
}
