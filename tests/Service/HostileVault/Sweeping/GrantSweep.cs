using System.Text;
using Coffer.Agent.Browsing;
using Coffer.Agent.Registration;
using Coffer.Agent.Restores;
using Coffer.Contracts.Http;
using Coffer.Contracts.Points;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// Restoring a server's points elsewhere from a lying vault, by its passphrase: keys are the server's own or none, and
/// no other byte is written.
/// </summary>
/// <remarks>
/// Who never saw the server before cannot tell its latest point from one before: both are right here.
/// </remarks>
/// <param name="before">The tree as of the point before the latest.</param>
internal sealed class GrantSweep(
    ServiceFixture service, Victim victim, SortedDictionary<string, string> before) : Sweep
{
    private readonly byte[] _secret = service.Host.Vaults[0].MakeCredentials().Secret;
    private readonly SortedDictionary<string, string> _source = victim.Data.Look();
    private string _target = "";

    protected override async Task PrepareAsync()
    {
        await CloseAllAsync(service);
        // Wrong proofs are counted until a right one comes.
        (await OpenAsync(new RemoteVaultOptions { Time = TimeProvider.System, Service = service.Address })).Dispose();
        if (Directory.Exists(_target)) Directory.Delete(_target, recursive: true);
        _target = Path.Combine(service.Root, $"granted-{Guid.NewGuid():n}");
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        using var granted = await OpenAsync(new RemoteVaultOptions
        {
            Service = service.Address,
            Time = time,
            // One for asking and one for reading, each over a line of its own.
            Between = network => between.Over(network),
        });
        granted.Keys.DataKey.SequenceEqual(victim.Keys.DataKey).ShouldBeTrue();
        var filter = new PointFilter(Keyspace: granted.Keys.Keyspace);
        var points = await granted.Vault.ListPointsAsync(filter, default);
        await using var reader = await granted.Vault.OpenReaderAsync(granted.Keys.Keyspace, default);
        using var pages = new PageReader(reader, granted.Keys);
        var browsers = new List<PointBrowser>();
        foreach (var point in PointChooser.Latest(points))
            browsers.Add(await PointBrowser.OpenAsync(pages, point, default));
        var request = new RestoreRequest
        {
            Points = new PointTree(browsers),
            Paths = [Encoding.UTF8.GetBytes(victim.Data.Folder)],
            TargetFolder = Encoding.UTF8.GetBytes(_target),
        };
        await new RestoreRun(request, TimeProvider.System).RunAsync(null, default);
    }

    protected override Task CheckAsync(Exception? ended)
    {
        string below = Path.Combine(_target, "data");
        foreach (var (path, content) in VictimTree.Look(below))
            content.ShouldBeOneOf(_source.GetValueOrDefault(path), before.GetValueOrDefault(path));
        return Task.CompletedTask;
    }

    private Task<GrantOpening> OpenAsync(RemoteVaultOptions options) => GrantOpening.OpenAsync(
        options, _secret, victim.Machine.Id.ToString(), Victim.Passphrase, TimeSpan.FromMinutes(30), default);
}
