using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Agent.Restores;
using Coffer.Domain;
using Coffer.Turmoil.Places;
using Coffer.Vault;

namespace Coffer.Turmoil.Judging;

/// <summary>A point, restored into a folder and compared with what the source was when it was made.</summary>
internal sealed class RestoredPoint(Site site, EmbeddedVault vault, ObjectId point, PointAccount account)
{
    /// <param name="random">Draws a folder, at times; null for the whole.</param>
    /// <returns>What is not as it was; empty where all is.</returns>
    public async Task<IReadOnlyList<string>> DifferencesAsync(
        string target, Random? random, CancellationToken cancellationToken)
    {
        var expected = Manifest.Load(Path.Combine(site.Manifests, account.Manifest));
        string path = site.Source(account.Machine);
        if (random is not null && expected.Folders is { Count: > 0 } folders && random.Next(2) == 0)
        {
            string folder = folders[random.Next(folders.Count)];
            path = Path.Combine(path, folder);
            expected = expected.Below(folder);
        }
        var result = await RestoreAsync(path, target, cancellationToken);
        if (result.FindingsTotal > 0) return [.. result.Findings.Select(finding => finding.ToString())];
        return expected.DifferencesTo(Manifest.Of(Path.Combine(target, Path.GetFileName(path))));
    }

    private async Task<RestoreResult> RestoreAsync(string path, string target, CancellationToken cancellationToken)
    {
        var home = site.Home(account.Machine);
        var machine = home.ReadMachine()!;
        using var keys = home.ReadKeys(machine.Keyspace);
        await using var frames = await vault.OpenReaderAsync(machine.Keyspace, cancellationToken);
        using var pages = new PageReader(frames, keys);
        var request = new RestoreRequest
        {
            Points = new PointTree([await PointBrowser.OpenAsync(pages, point, cancellationToken)]),
            Paths = [Encoding.UTF8.GetBytes(path)],
            TargetFolder = Encoding.UTF8.GetBytes(target),
        };
        return await new RestoreRun(request, TimeProvider.System).RunAsync(null, cancellationToken);
    }
}
