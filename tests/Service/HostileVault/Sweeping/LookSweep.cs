using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Contracts;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Looking through a lying vault's points and verifying them: what is shown is what was backed up, or that something is
/// wrong. That an older point is left out cannot be told from one that has expired.
/// </summary>
internal sealed class LookSweep(ServiceFixture service, Victim victim) : Sweep
{
    private List<string>? _truth, _allVersions;
    private List<string> _seen = [], _versions = [];
    private bool _isDamaged;

    protected override async Task PrepareAsync()
    {
        await CloseAllAsync(service);
        (_seen, _versions, _isDamaged) = ([], [], false);
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = victim.Open(between, time);
        await SeeAsync(vault);
        _isDamaged |= (await victim.VerifyAsync(vault)).FindingsTotal > 0;
    }

    protected override Task CheckAsync(Exception? ended)
    {
        if (ended is not null || _isDamaged || victim.IsOlder) return Task.CompletedTask;
        _truth ??= _seen;
        _allVersions ??= _versions;
        _seen.ShouldBe(_truth);
        _versions.ShouldBeSubsetOf(_allVersions);
        return Task.CompletedTask;
    }

    private async Task SeeAsync(IVault vault)
    {
        var points = await vault.ListPointsAsync(victim.Points, default);
        await using var reader = await vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        using var pages = new PageReader(reader, victim.Keys);
        byte[] root = Encoding.UTF8.GetBytes(victim.Data.Folder);
        var tree = await victim.TreeAsync(vault, pages);
        await foreach (var entry in tree.ListAllAsync(root, default))
            _seen.Add($"{Encoding.UTF8.GetString(entry.Path)} {entry.Fields.Size} {entry.ContentPrint}");
        byte[] changed = [.. root, .. "/folder/middle.bin"u8];
        var versions = await FileVersions.ReadAsync(pages, points, changed, (_, _) => _isDamaged = true, default);
        _versions.AddRange(versions.Select(version => $"{version.Entry.ContentPrint}"));
    }
}
