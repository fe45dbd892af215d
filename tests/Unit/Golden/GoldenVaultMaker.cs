using System.Formats.Tar;
using System.IO.Compression;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Format.Envelopes;
using Coffer.Sealing.Envelopes;
using Coffer.Unit.Agent.Backups;
using Coffer.Unit.FileSystem;
using Coffer.Unit.Vault;
using Coffer.Vault;

namespace Coffer.Unit.Golden;

/// <summary>
/// Makes the golden vault of a new version of the format, once, as root:
/// <c>COFFER_GOLDEN=version-2 tests/Unit/bin/Debug/net10.0/Coffer.Unit -class '*GoldenVaultMaker'</c>.
/// </summary>
public sealed class GoldenVaultMaker : IDisposable
{
    private readonly VaultFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Make_WhereItIsAskedFor_WritesAVaultAndWhatItHolds()
    {
        string? name = Environment.GetEnvironmentVariable("COFFER_GOLDEN");
        Assert.SkipUnless(name is { Length: > 0 }, "COFFER_GOLDEN names no version to be made");
        Directory.Exists(GoldenVault.MountPath).ShouldBeFalse();
        Directory.CreateDirectory(GoldenVault.MountPath);
        try
        {
            List<string> trees = await FillAsync();
            await using (var vault = await _fixture.OpenAsync())
            {
                var lines = await GoldenVault.ReadAsync(vault);
                lines.Where(line => line.StartsWith(' ')).ShouldBe(trees);
                File.WriteAllLines(Path.Combine(GoldenVault.Folder, name + ".txt"), lines);
            }
            await using var file = File.Create(Path.Combine(GoldenVault.Folder, name + ".tar.gz"));
            await using var packed = new GZipStream(file, CompressionLevel.SmallestSize);
            await TarFile.CreateFromDirectoryAsync(_fixture.Folder, packed, includeBaseDirectory: false, default);
        }
        finally
        {
            ReadingTests.Run("rm", "-rf", GoldenVault.MountPath); // the framework cannot name what is not UTF-8
        }
    }

    // Three points that are left: free, held, deleted. A purged one, an unfinished one, a policy, two envelopes.
    private async Task<List<string>> FillAsync()
    {
        await using var vault = await _fixture.OpenAsync();
        var server = await vault.RegisterAsync(_fixture.Registration() with { Name = "golden" }, default);
        await vault.StorePolicyAsync(server.Id, 1, """{"version":1}"""u8.ToArray(), default);
        await ChangePassphraseAsync(vault);
        var trees = new List<string>();
        foreach (string step in (string[])[GoldenTree.First, GoldenTree.Second, GoldenTree.Third])
        {
            await BackUpAsync(vault, step);
            trees.AddRange(GoldenTree.Look(GoldenVault.MountPath, withOwners: true).Select(line => "  " + line));
            _fixture.Time.Move(TimeSpan.FromHours(3));
        }
        await BackUpAsync(vault, "echo purged > purged");
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        vault.Points.Hold(points[1].Id);
        vault.Points.Delete(points[2].Id, TimeSpan.FromDays(365 * 1000));
        vault.Points.Delete(points[3].Id, TimeSpan.Zero);
        vault.Points.Purge(points[3].Id);
        await LeaveUnfinishedAsync(vault);
        return trees;
    }

    private async Task ChangePassphraseAsync(EmbeddedVault vault)
    {
        var envelope = EnvelopeSealer.Create(_fixture.Keys, GoldenVault.Passphrase, 2, Argon2Parameters.Default);
        await vault.StoreEnvelopeAsync(_fixture.Keys.Keyspace, envelope.Bytes.ToArray(), default);
        await vault.ActivateEnvelopeAsync(_fixture.Keys.Keyspace, (byte)EnvelopeKind.Passphrase, 2, default);
    }

    private async Task BackUpAsync(EmbeddedVault vault, string step)
    {
        ReadingTests.Run("sh", "-euc", $"cd {GoldenVault.MountPath}\n{step}");
        var result = await GoldenVault.BackUpAsync(
            vault, _fixture.Keys, _fixture.Source, GoldenVault.MountPath, Cache);
        result.Findings.ShouldBeEmpty();
    }

    private async Task LeaveUnfinishedAsync(EmbeddedVault vault)
    {
        ReadingTests.Run("sh", "-euc", $"cd {GoldenVault.MountPath}; sed -i 's/0000/1111/g' big");
        using var cancel = new CancellationTokenSource();
        // Told each time that it is asked for, so that the file is in hand when the run is cancelled.
        var time = new BackupScenario.AheadTime { Step = TimeSpan.FromSeconds(1) };
        var result = await GoldenVault.BackUpAsync(
            vault, _fixture.Keys, _fixture.Source, GoldenVault.MountPath, Cache,
            new BackupScenario.CallbackProgress(p => { if (p.BytesRead >= 3 << 20) cancel.Cancel(); }), time,
            cancel.Token);
        result.IsCancelled.ShouldBeTrue();
    }

    private string Cache => Path.Combine(_fixture.Root, "cache");
}
