using System.Text.RegularExpressions;

namespace Coffer.EndToEnd.Serving.Registration;

/// <summary>
/// Whatever keeps a machine from registering, made for real and told by its code, with what to do about it; the table
/// in docs/troubleshooting.md names the same codes.
/// </summary>
public sealed partial class RegistrationErrorTests : IDisposable
{
    private const string Heading = "## Registering with a served vault";

    private readonly RegistrationScene _scene = new();

    public void Dispose() => _scene.Dispose();

    public static TheoryData<string> Situations => [.. RegistrationScene.All.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Register_InASituation_IsToldByItsCodeWithACure(string name)
    {
        var situation = RegistrationScene.All.Single(one => one.Name == name);
        var run = situation.Make(_scene);
        run.ExitCode.ShouldBeOneOf(1, 2, 4);
        run.Code.ShouldBe(situation.Code, run.ToString());
        run.Result.GetProperty("message").GetString().ShouldNotBeNullOrEmpty();
        run.Result.GetProperty("guidance").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void Situations_AndTheTableInTheDocs_HaveTheSameCodes()
    {
        string docs = File.ReadAllText(Path.Combine(Machine.Root(), "docs", "troubleshooting.md"));
        docs.ShouldContain(Heading + "\n");
        string table = docs.Split(Heading + "\n")[1].Split("\n## ")[0];
        var told = Row().Matches(table).Select(match => match.Groups["code"].Value).Distinct();
        told.Order().ShouldBe(RegistrationScene.All.Select(one => one.Code).Distinct().Order());
    }

    [GeneratedRegex(@"^\|[^|]*\| `(?<code>[a-z.-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
