using System.Diagnostics;
using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies.Exclusions;

namespace Coffer.Unit.Domain.Policies;

/// <summary>Random patterns over a fixed tree, judged by git itself.</summary>
public sealed class GitAgreementTests : IDisposable
{
    private const int Rounds = 12, PatternsARound = 4;

    private static readonly string[] s_names = ["a", "b", "ab", "a.b", "ba", "-", "]"];
    private static readonly string[] s_pieces =
    [
        "a", "b", "ab", ".", "*", "**", "?", "/", "/", "/**/", "**/", "/**",
        "[ab]", "[!a]", "[a-]", "\\a", "[^b-z]", "!",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("coffer-git-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Excludes_RandomPatterns_AgreesWithGit()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "git is not installed");
        int seed = Environment.TickCount;
        var random = new Random(seed);
        Git("init -q .", "");
        var paths = MakeTree();
        for (int round = 0; round < Rounds; round++)
        {
            string[] patterns = [.. Enumerable.Range(0, 200).Select(_ => RandomPattern(random))
                .Where(pattern => IsTaken(pattern) && !IsGlued(pattern)).Take(PatternsARound)];
            // A leading slash is the repository's root to git and the file system's to Coffer.
            File.WriteAllLines(Path.Combine(_folder, ".gitignore"), patterns);
            var ignored = Git("check-ignore --no-index --stdin", string.Join('\n', paths) + "\n")
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
            var mine = paths.Where(path => IsExcluded(patterns, path)).ToHashSet();
            mine.Order().ShouldBe(ignored.Order(), $"seed {seed}, patterns {string.Join(" | ", patterns)}");
        }
    }

    private static bool IsExcluded(string[] patterns, string path)
    {
        var rooted = patterns.Select(p => p.StartsWith('/') ? "/r" + p : p.StartsWith("!/") ? "!/r" + p[1..] : p);
        var filter = new ExclusionFilter(
            [.. rooted.Select(p => ExclusionPattern.Parse(Encoding.UTF8.GetBytes(p)))], ["/r"u8.ToArray()], []);
        for (int slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            if (filter.Excludes(Encoding.UTF8.GetBytes("/r/" + path[..slash]), true)) return true;
        return filter.Excludes(Encoding.UTF8.GetBytes("/r/" + path), path.Count(c => c == '/') < 2);
    }

    private static bool IsTaken(string pattern)
    {
        try
        {
            _ = ExclusionPattern.Parse(Encoding.UTF8.GetBytes(pattern));
            return true;
        }
        catch (FaultException)
        {
            return false;
        }
    }

    // Git 2.39 drops a literal beginning like the b of "b**/" and then lets "**/" begin the pattern; we keep more.
    private static bool IsGlued(string pattern) =>
        System.Text.RegularExpressions.Regex.IsMatch(pattern, @"[^/!]\*\*/");

    private static string RandomPattern(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => s_pieces[random.Next(s_pieces.Length)]));

    /// <summary>Three levels; everything above the third is a directory.</summary>
    private List<string> MakeTree()
    {
        var paths = new List<string>();
        foreach (string one in s_names)
        {
            paths.Add(one);
            foreach (string two in s_names)
            {
                paths.Add($"{one}/{two}");
                Directory.CreateDirectory(Path.Combine(_folder, one, two));
                foreach (string three in s_names.Take(4))
                {
                    paths.Add($"{one}/{two}/{three}");
                    File.WriteAllText(Path.Combine(_folder, one, two, three), "");
                }
            }
        }

        return paths;
    }

    private string Git(string arguments, string input)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = _folder;
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        git.StandardInput.Write(input);
        git.StandardInput.Close();
        git.WaitForExit();
        return output.GetAwaiter().GetResult();
    }
}
