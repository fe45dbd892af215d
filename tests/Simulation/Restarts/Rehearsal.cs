using Coffer.Domain;
using Coffer.Simulation.Disks;
using Coffer.Simulation.Lying;
using Coffer.Simulation.Recording;
using Coffer.Simulation.Scenarios;
using Coffer.Storage.Systems;

namespace Coffer.Simulation.Restarts;

/// <summary>
/// A scenario, done once without any crash on a real folder and written down; then any crash of it can be tried on an
/// image of what the disk may hold at that moment.
/// </summary>
internal sealed class Rehearsal : IDisposable
{
    private readonly Scenario _scenario;
    private readonly Agent _agent;
    private readonly int _seed;
    private readonly ScratchFolder _scratch;
    private readonly DiskLog _log;
    private readonly Promises _promisesBefore;
    private SimulatedDisk _disk;
    private Promises _promises;
    private int _position;

    private Rehearsal(
        Scenario scenario, Agent agent, int seed, ScratchFolder scratch, DiskLog log, Promises promisesBefore)
    {
        Folder = log.Folder;
        (_scenario, _agent, _seed, _scratch, _log, _promisesBefore) =
            (scenario, agent, seed, scratch, log, promisesBefore);
        _disk = log.NewDisk();
        _promises = promisesBefore.Copy();
    }

    /// <summary>Where it was done, as it was left.</summary>
    public string Folder { get; }

    public IReadOnlyList<DiskEvent> Events => _log.Events;

    /// <summary>
    /// Where a crash differs from one a moment earlier: before each event that reaches the disk, and at the end.
    /// </summary>
    public IEnumerable<int> Positions => Enumerable.Range(0, Events.Count + 1)
        .Where(position => position == Events.Count || Events[position] is not Noted);

    public static async Task<Rehearsal> RecordAsync(
        Scenario scenario, Agent agent, int seed, Func<DiskEvent, string, bool>? forgets = null)
    {
        RecordingSqlite.Install();
        DiskFiles.Before.Value = files => new RecordingFiles(files);
        Entropy.Seed(seed, 1);
        var scratch = new ScratchFolder();
        try
        {
            string folder = scratch.Make("rehearsal");
            var before = new Site(agent, folder, new Promises());
            foreach (var step in scenario.Before) await step.RunAsync(before);
            var promises = before.Promises.Copy();
            using var log = new DiskLog(folder) { Forgets = forgets };
            await scenario.RunAsync(new Site(agent, folder, before.Promises, log));
            return new Rehearsal(scenario, agent, seed, scratch, log, promises);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>What the disk may hold there.</summary>
    public DiskImage ImageAt(int position, int seed)
    {
        MoveTo(position);
        return _disk.Crash(new Chance(seed, position));
    }

    /// <summary>Crashes there, restarts, and throws what does not hold.</summary>
    public async Task TryAsync(Crash crash)
    {
        DiskFiles.Before.Value = files => new RecordingFiles(files);
        MoveTo(crash.Position);
        Entropy.Seed(_seed, 2, crash.Position, crash.Seed);
        var chance = new Chance(crash.Seed, crash.Position);
        var image = _disk.Crash(chance);
        var promises = _promises.Copy();
        if (crash.Again is { } again) (image, promises) = await CrashAgainAsync(image, promises, again, crash.Seed);
        Litter.Strew(image, chance);
        await OnCopyAsync(image.WithoutDatabases(), promises.Copy(), restart => restart.CheckWithoutDatabasesAsync());
        await OnCopyAsync(image, promises, restart => restart.RunAsync());
    }

    /// <summary>
    /// Does it all on a disk that lies, until that is noticed; then restarts on an honest one, and throws what does not
    /// hold.
    /// </summary>
    /// <returns>False where there was nothing to lie to any more.</returns>
    public async Task<bool> TryAsync(LiePlan plan)
    {
        DiskFiles.Before.Value = files => new RecordingFiles(files);
        Entropy.Seed(_seed, 3, plan.Number);
        string folder = _scratch.Make("lied to");
        try
        {
            _log.Start.WriteTo(folder);
            var promises = _promisesBefore.Copy();
            promises.MayDoubt = true;
            using (var log = new DiskLog(folder) { Lies = plan.Answer })
                await UntilNoticedAsync(new Site(_agent, folder, promises, log));
            if (plan.WasTold) await new Restart(new Site(_agent, folder, promises), _scenario).RunAsync();
            return plan.WasTold;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task UntilNoticedAsync(Site site)
    {
        try
        {
            await _scenario.RunAsync(site);
        }
        catch (Exception e) when (e is FaultException or CorruptionException)
        {
            // Told clearly, as it must be.
        }
    }

    private async Task OnCopyAsync(DiskImage image, Promises promises, Func<Restart, Task> act)
    {
        string folder = _scratch.Make("restart");
        try
        {
            image.WriteTo(folder);
            await act(new Restart(new Site(_agent, folder, promises) { BootId = "boot 3" }, _scenario));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _scratch.Dispose();

    // The restart is written down like the scenario was, and crashed as well.
    private async Task<(DiskImage Image, Promises Promises)> CrashAgainAsync(
        DiskImage image, Promises promises, int position, int seed)
    {
        string folder = _scratch.Make("again");
        try
        {
            image.WriteTo(folder);
            using var log = new DiskLog(folder);
            var after = promises.Copy();
            var site = new Site(_agent, folder, promises, log) { BootId = "boot 2" };
            await new Restart(site, _scenario).OpenAndCheckAsync();
            var disk = log.NewDisk();
            foreach (var happened in log.Events.Take(position)) Happen(happened, disk, after);
            return (disk.Crash(new Chance(seed, position)), after);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void MoveTo(int position)
    {
        if (position < _position)
        {
            _disk = _log.NewDisk();
            _promises = _promisesBefore.Copy();
            _position = 0;
        }
        for (; _position < position; _position++) Happen(Events[_position], _disk, _promises);
    }

    private static void Happen(DiskEvent happened, SimulatedDisk disk, Promises promises)
    {
        if (happened is Noted { Note: Action<Promises> note }) note(promises);
        else disk.Apply(happened);
    }
}
