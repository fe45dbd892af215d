using Coffer.Agent.Registration;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Unit.FileSystem;
using Coffer.Vault;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Golden;

/// <summary>What the first version of the format wrote, this program reads, mends and goes on with.</summary>
public sealed class GoldenVaultTests : IDisposable
{
    private readonly GoldenVault _golden = new();

    private string Opened => _golden.Fixture.Opened;

    public void Dispose() => _golden.Dispose();

    [Fact]
    public async Task Points_AllOfThem_AreListedAndGiveBackWhatTheyHeld()
    {
        await using var vault = await _golden.OpenAsync();
        await ShouldBeAsItWasAsync(vault);
        _golden.Expected.Count(line => line.StartsWith("point ", StringComparison.Ordinal)).ShouldBe(3);
        _golden.Expected.ShouldContain(line => line.Contains(" sparse ", StringComparison.Ordinal));
        _golden.Expected.ShouldContain(line => line.Contains(" = ", StringComparison.Ordinal));
        _golden.Expected.ShouldContain(line => line.Contains("{user.note=golden}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Care_OfIt_FindsNothing()
    {
        await using var vault = await _golden.OpenAsync();
        var check = vault.Check(null, () => true);
        (check.Points, check.Hurt.Count).ShouldBe((3, 0));
        var scrub = vault.Scrub(null, null, () => true);
        (scrub.IsDone, scrub.Findings.Count).ShouldBe((true, 0));
        scrub.Packs.ShouldBeGreaterThan(4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recover_OfItsStoreAlone_BringsTheSameBack(bool onlyForReading)
    {
        foreach (string file in Directory.EnumerateFiles(Opened, "*.db*", SearchOption.AllDirectories))
            File.Delete(file);
        if (!onlyForReading)
        {
            File.Delete(Path.Combine(Opened, "vault.json"));
            await EmbeddedVault.RecoverAsync(Opened, _golden.Fixture.Options, null, null, default);
        }
        await using var vault = onlyForReading
            ? await EmbeddedVault.OpenReadOnlyAsync(Opened, _golden.Fixture.Options, default)
            : await _golden.OpenAsync();
        await ShouldBeAsItWasAsync(vault);
    }

    [Fact]
    public async Task Backup_ThenCollection_GoOnFromIt()
    {
        using var data = new TempFolder();
        data.AddFile("new/file", "of a later version");
        await using (var vault = await _golden.OpenAsync())
        {
            var source = (await vault.ListPointsAsync(new PointFilter(), default))[0].Source;
            using var keys = await KeyOpening.OpenAnyAsync(vault, GoldenVault.Passphrase, default);
            var result = await GoldenVault.BackUpAsync(
                vault, keys, source, data.Path, Path.Combine(_golden.Fixture.Root, "cache"));
            result.Point.ShouldNotBeNull().Sequence.ShouldBe(5); // the fourth was purged
            result.Findings.Select(finding => finding.Code).ShouldBe(["source.shrunk"]);
        }
        await using (var vault = await _golden.OpenAsync())
        {
            foreach (int hours in (int[])[0, 25])
            {
                _golden.Fixture.Time.Move(TimeSpan.FromHours(hours));
                vault.Collect(new CollectionRules(), () => true).Single().Stopped.ShouldBeNull();
            }
            vault.Check(null, () => true).Hurt.ShouldBeEmpty();
            var kept = await GoldenVault.ReadAsync(vault, count: 3);
            kept.ShouldBe(Expected());
        }
    }

    [Theory]
    [InlineData("vault.json")]
    [InlineData("catalog.db")]
    [InlineData("keyspaces")]
    public async Task Open_WrittenByANewerVersion_IsRefusedAndChangesNothing(string what)
    {
        await MakeNewerAsync(what);
        var before = Files();
        var e = await Should.ThrowAsync<FaultException>(async () =>
        {
            await using var vault = await _golden.OpenAsync();
            _ = vault.Check(null, () => true);
        });
        e.Fault.Code.ShouldBe("vault.newer");
        e.Fault.Guidance.ShouldContain("at least as new");
        if (what == "vault.json") Files().ShouldBe(before);
        var recover = await Should.ThrowAsync<FaultException>(
            () => EmbeddedVault.RecoverAsync(Opened, _golden.Fixture.Options, null, null, default));
        recover.Fault.Code.ShouldBe("vault.newer");
    }

    private async Task ShouldBeAsItWasAsync(EmbeddedVault vault) =>
        (await GoldenVault.ReadAsync(vault)).ShouldBe(Expected());

    // Without root nobody can be given a file.
    private List<string> Expected() => GoldenVault.HasOwners
        ? [.. _golden.Expected]
        : [.. _golden.Expected.Select(line =>
            System.Text.RegularExpressions.Regex.Replace(line, @"( \| [A-Za-z]+ [0-7]+) \d+:\d+ ", "$1 "))];

    private async Task MakeNewerAsync(string what)
    {
        string path = Path.Combine(Opened, what);
        if (what == "vault.json")
        {
            string text = await File.ReadAllTextAsync(path);
            await File.WriteAllTextAsync(path, text.Replace("\"formatVersion\":1", "\"formatVersion\":2"));
            return;
        }
        if (Directory.Exists(path)) path = Directory.EnumerateFiles(path, "*.db").Single();
        await using var connection = new Coffer.Vault.Sqlite.SqliteConnection
        {
            ConnectionString = $"Data Source={path}",
        };
        connection.Open();
        connection.Execute("PRAGMA user_version = 1000");
    }

    private List<(string, long)> Files() =>
        [.. Directory.EnumerateFiles(Opened, "*", SearchOption.AllDirectories).Order()
            .Select(path => (path, new FileInfo(path).Length))];
}
