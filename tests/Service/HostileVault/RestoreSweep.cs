using Coffer.Agent.Restores;

namespace Coffer.Service.HostileVault;

/// <summary>
/// A restore from a lying vault: nothing is written but what was backed up, byte for byte, below the target; what is
/// missing is told.
/// </summary>
internal sealed class RestoreSweep(Victim victim) : Sweep
{
    private readonly SortedDictionary<string, string> _source = victim.Data.Look();
    private int _runs;
    private RestoreResult? _result;

    private string Around => Path.Combine(victim.Folder, $"restores-{_runs}");

    protected override Task PrepareAsync()
    {
        if (Directory.Exists(Around)) Directory.Delete(Around, recursive: true);
        _runs++;
        _result = null;
        Directory.CreateDirectory(Around);
        return Task.CompletedTask;
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
        foreach (var (path, content) in all)
        {
            if (path == "to" || path == below) continue;
            path.ShouldStartWith(below + "/");
            _source.ShouldContainKey(path[(below.Length + 1)..]);
            content.ShouldBe(_source[path[(below.Length + 1)..]], path);
        }
        if (ended is null && _result is { FindingsTotal: 0 })
            VictimTree.Look(Path.Combine(Around, below)).ShouldBe(_source);
        return Task.CompletedTask;
    }
}
