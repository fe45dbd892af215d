namespace Coffer.Architecture.Files;

public sealed class TrackedFileTests
{
    private const int MaxTextBytes = 4 << 20;

    [Fact]
    public void TrackedFiles_Text_NamesNoRegistryAndNoMachine()
    {
        var paths = Checkout.TrackedPaths();
        paths.ShouldContain("Coffer.slnx");
        paths.SelectMany(path => TrackedText.Offences(path, TextOf(path), Checkout.Root)).ShouldBeEmpty();
    }

    [Fact]
    public void TrackedFiles_OfAnyProject_AreLocked() =>
        Checkout.TrackedPaths()
            .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(path => path[..path.LastIndexOf('/')] + "/packages.lock.json")
            .Where(path => !File.Exists(Checkout.Absolute(path)))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("a.md", "from api.nuget@.org", 1)]
    [InlineData("a.md", "see /wo@rk/main", 1)]
    [InlineData("a.md", "built in /srv/here", 1)]
    [InlineData("x/packages.lock.json", "\"https://example.test\"", 1)]
    [InlineData("a.md", "https://example.test /etc/fstab", 0)]
    public void Offences_OfSample_AreCounted(string path, string text, int count) =>
        TrackedText.Offences(path, text.Replace("@", ""), "/srv/here").Count().ShouldBe(count);

    /// <summary>Empty for what is no text, or too large to be written by hand.</summary>
    private static string TextOf(string path)
    {
        byte[] bytes = new FileInfo(Checkout.Absolute(path)).Length > MaxTextBytes
            ? []
            : File.ReadAllBytes(Checkout.Absolute(path));
        return bytes.AsSpan().Contains((byte)0) ? "" : System.Text.Encoding.UTF8.GetString(bytes);
    }
}
