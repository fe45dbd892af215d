using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Contracts;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Looking through a lying vault's points and verifying them: what is shown is what was backed up, or that something is
/// wrong.
/// </summary>
internal sealed class LookSweep(ServiceFixture service, Victim victim) : Sweep
{
    private List<string>? _truth, _seen;
    private bool _isDamaged;

    protected override async Task PrepareAsync()
    {
        await CloseAllAsync(service);
        (_seen, _isDamaged) = (null, false);
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = victim.Open(between, time);
        _seen = await SeeAsync(vault);
        var verified = await victim.VerifyAsync(vault);
        _isDamaged |= verified.FindingsTotal > 0;
        _seen.Add($"{verified.Points} points, {verified.Pages} pages, {verified.Chunks} chunks");
    }

    protected override Task CheckAsync(Exception? ended)
    {
        if (ended is not null || _isDamaged || victim.IsOlder) return Task.CompletedTask;
        _truth ??= _seen!;
        _seen.ShouldBe(_truth);
        return Task.CompletedTask;
    }

    private async Task<List<string>> SeeAsync(IVault vault)
    {
        var seen = new List<string>();
        var points = await vault.ListPointsAsync(victim.Points, default);
        await using var reader = await vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        using var pages = new PageReader(reader, victim.Keys);
        byte[] root = Encoding.UTF8.GetBytes(victim.Data.Folder);
        var tree = await victim.TreeAsync(vault, pages);
        await foreach (var entry in tree.ListAllAsync(root, default))
            seen.Add($"{Encoding.UTF8.GetString(entry.Path)} {entry.Fields.Size} {entry.ContentPrint}");
        byte[] changed = [.. root, .. "/folder/middle.bin"u8];
        var versions = await FileVersions.ReadAsync(pages, points, changed, (_, _) => _isDamaged = true, default);
        seen.AddRange(versions.Select(version => $"{version.Entry.ContentPrint}"));
        return seen;
    }
}
