using System.Text.RegularExpressions;

namespace Coffer.Architecture.Sources;

public sealed class SourceTests
{
    public static TheoryData<string> Rules => [.. UsageRule.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Sources_EachUsageRule_IsKept(string name)
    {
        var rule = UsageRule.All.Single(rule => rule.Name == name);
        Checkout.SourcePaths("src")
            .SelectMany(path => rule.Offences(path["src/".Length..], File.ReadAllText(Checkout.Absolute(path))))
            .ShouldBeEmpty();
    }

    [Theory]
    [InlineData("native calls", "Vault/Intake.cs", "[LibraryImport(\"libc\")]", 1)]
    [InlineData("native calls", "Vault/Sqlite/Native.cs", "[LibraryImport(\"libc\")]", 0)]
    [InlineData("Console", "Agent/Run.cs", "Console.WriteLine();", 1)]
    [InlineData("Console", "Agent/Run.cs", "// Console.WriteLine();", 0)]
    [InlineData("files", "Agent/Cache.cs", "File.ReadAllText(p); new FileStream(p, m);", 2)]
    [InlineData("files", "Agent/Cache.cs", "entry.File.Name; EntryKind.Directory.ToString(); case File: ", 0)]
    [InlineData("files", "Storage/Disk.cs", "File.Delete(p);", 0)]
    [InlineData("clock", "Server/Commands/Care.cs", "Task.Delay(s_look, TimeProvider.System, cancel);", 1)]
    [InlineData("clock", "Server/Program.cs", "new ServiceRoot(TimeProvider.System)", 0)]
    [InlineData("environment", "Vault/Intake.cs", "Environment.Exit(1);", 1)]
    public void Offences_OfSample_AreCounted(string rule, string path, string source, int count) =>
        UsageRule.All.Single(r => r.Name == rule).Offences(path, source).Count().ShouldBe(count);

    [Fact]
    public void Namespaces_OfSources_AreTheirFolders() =>
        Checkout.SourcePaths("src", "tests")
            .Select(path => NamespaceOffence(path, File.ReadAllText(Checkout.Absolute(path))))
            .OfType<string>()
            .ShouldBeEmpty();

    [Theory]
    [InlineData("src/Vault/Intake/Session.cs", "namespace Coffer.Vault.Intake;", true)]
    [InlineData("src/Vault/Intake/Session.cs", "namespace Coffer.Vault;", false)]
    [InlineData("src/Cli/Program.cs", "return 0;", true)]
    public void NamespaceOffence_OfSample_IsTold(string path, string source, bool fine) =>
        (NamespaceOffence(path, source) is null).ShouldBe(fine);

    /// <summary>Null where the namespace is the folder, or where the file declares none.</summary>
    private static string? NamespaceOffence(string path, string source)
    {
        var declared = Regex.Match(CodeText.Of(source), @"^namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline);
        string[] folders = path.Split('/')[1..^1];
        string expected = "Coffer." + string.Join('.', folders);
        return !declared.Success || declared.Groups["name"].Value == expected
            ? null
            : $"{path}: namespace {declared.Groups["name"].Value} in the folder of {expected}";
    }
}
