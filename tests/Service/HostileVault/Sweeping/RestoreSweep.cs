using Coffer.Agent.Restores;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault.Sweeping;

/// <summary>
/// A restore from a lying vault: nothing is written but what was backed up, byte for byte, below the target; what is
/// missing is told, and that the latest point is not the latest.
/// </summary>
/// <param name="before">The tree as of the point before the latest.</param>
internal sealed class RestoreSweep(
    ServiceFixture service, Victim victim, SortedDictionary<string, string> before) : Sweep
{
    private readonly SortedDictionary<string, string> _source = victim.Data.Look();
    private int _runs;
    private RestoreResult? _result;

    private string Around => Path.Combine(victim.Folder, $"restores-{_runs}");

    protected override async Task PrepareAsync()
    {
        await CloseAllAsync(service);
        if (Directory.Exists(Around)) Directory.Delete(Around, recursive: true);
        _runs++;
        _result = null;
        Directory.CreateDirectory(Around);
    }

    protected override async Task ActAsync(LyingHandler between, JumpingTime time)
    {
        await using var vault = victim.Open(between, time);
        _result = await victim.RestoreAsync(vault, Path.Combine(Around, "to"));
    }

    protected override Task CheckAsync(Exception? ended)
    {
        var all = VictimTree.Look(Around);
        string below = Path.Combine("to", "data");
        var source = victim.IsOlder ? before : _source;
        foreach (var (path, content) in all)
        {
            if (path == "to" || path == below) continue;
            path.ShouldStartWith(below + "/");
            content.ShouldBe(source.GetValueOrDefault(path[(below.Length + 1)..]), path);
        }
        if (ended is null && _result is { FindingsTotal: 0 })
            VictimTree.Look(Path.Combine(Around, below)).ShouldBe(source);
        return Task.CompletedTask;
    }
}
