using System.Globalization;
using System.Text;
using Coffer.Agent.Caching.Places;
using Coffer.Agent.Homes;
using Coffer.Agent.Hooks;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Machines.Services;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Agent.Doctor;

/// <summary>What lies on this machine: the home, its keys, the cache, what is selected, who runs it.</summary>
public sealed class HomeChecks(AgentHome home, TimeProvider time)
{
    /// <summary>Group and others.</summary>
    private const uint OpenBits = 0x3f;

    /// <summary>The agent that runs backups by itself.</summary>
    private const string Unit = AgentUnit.Name;

    public IEnumerable<Check> All =>
    [
        Check.Here("home", Home),
        Check.Here("registration", Registration),
        Check.Here("keys", Keys),
        Check.Here("passphrase", Passphrase),
        Check.Here("rights", Rights),
        Check.Here("cache", Cache),
        Check.Here("policy", Policy),
        Check.Here("hooks", Hooks),
        new Check("snapshots",
            token => SnapshotChecks.LookAsync(MountTable.Read(), SnapshotProviders.For(time), token)),
        new Check("local-points",
            token => LocalPointChecks.LookAsync(home, MountTable.Read(), SnapshotProviders.For(time), token)),
        Check.Here("service", Service),
    ];

    private CheckResult Home()
    {
        byte[] path = Encoding.UTF8.GetBytes(home.Folder);
        if (SystemPaths.Stat(path, out var found) is { IsError: true } error)
            return error.Cause == OsCause.Missing
                ? CheckResult.Note($"{home.Folder} is not there yet; the first command that needs it makes it")
                : CheckResult.Failed("home.unreadable", $"{home.Folder}: {error.Text}", "Run as its owner, or root.");
        if (PrivateFolder.ReasonAgainst(home.Folder) is { } reason)
            return CheckResult.Failed("folder.unsafe", $"{home.Folder} cannot be used: {reason}",
                "Change its owner and permissions, or choose another with --home.");
        if (SystemPaths.Resolve(path, out byte[] real).IsError || MountTable.Read().Of(real).IsReadOnly)
            return CheckResult.Failed("home.unwritable", $"{home.Folder} is mounted for reading only",
                "Mount it for writing.");
        return (found.Mode & OpenBits) != 0
            ? CheckResult.Warning("home.open", $"{home.Folder} has mode {Mode(found)}: others may look into it",
                $"chmod 700 {home.Folder}")
            : CheckResult.Good($"{home.Folder}, mode {Mode(found)}");
    }

    private CheckResult Registration()
    {
        if (home.ReadMachine() is { } machine)
            return CheckResult.Good($"{machine.Name} ({machine.Id}) with the vault at {machine.Place}");
        return home.IsRegistering()
            ? CheckResult.Warning("machine.unregistered", "a registration was begun and cut off",
                "The same command again goes on with it.")
            : CheckResult.Warning("machine.unregistered", "this machine is registered with no vault",
                "`coffer register FILE` for a served vault, `coffer protect FOLDER` for one in a folder.");
    }

    private CheckResult Keys()
    {
        if (home.ReadMachine() is not { } machine) return CheckResult.Skipped("not registered");
        home.ReadKeys(machine.Keyspace).Dispose();
        home.ReadMachineKey().Dispose();
        return CheckResult.Good("the data key and the machine's key are there, for their owner alone");
    }

    private CheckResult Passphrase()
    {
        if (home.UnsettledPassphraseFile is { } unsettled)
            return CheckResult.Warning("passphrase.unsettled", $"a change was cut off; {unsettled} may be in force",
                "`coffer passphrase change --generate` completes it.");
        return home.HoldsPassphrase
            ? CheckResult.Warning("passphrase.here", $"it lies on this machine, in {home.PassphraseFile}",
                "Move it elsewhere.")
            : CheckResult.Good("not on this machine");
    }

    private static CheckResult Rights() => MachineFacts.ReadsEverything
        ? CheckResult.Good(MachineFacts.IsRoot ? "root: reads every file" : "may read every file, by its capabilities")
        : CheckResult.Note($"runs as user {MachineFacts.EffectiveUid}: backs up what that one may read, and gives"
            + " files back as its own");

    private CheckResult Cache()
    {
        var chosen = home.ReadSettings().Cache;
        string folder = chosen?.Folder ?? home.DefaultCacheFolder;
        var mounts = MountTable.Read();
        if (chosen is not null && CacheOpening.Problem(chosen, mounts, MountPlan.Read()) is { } problem)
            return CheckResult.Failed(problem.Code, problem.Message.TrimEnd('.'), problem.Guidance);
        if (SystemPaths.Stat(Encoding.UTF8.GetBytes(folder), out var found).IsError)
            return CheckResult.Note($"{folder} is not there yet; the next backup makes it");
        if (CachePlace.DangerOf(folder) is { } danger)
            return CheckResult.Failed("cache.place", $"{folder} cannot be used: {danger.Reason}",
                "Remove it; the next backup makes it.");
        if (CachePlace.UnfitnessOf(folder, mounts) is { } unfit)
            return CheckResult.Warning("cache.place", $"{folder}: {unfit.Reason}",
                "`coffer settings set cache DIR` moves it to a folder on a local disk; or choose a --home on one.");
        _ = SystemPaths.Resolve(Encoding.UTF8.GetBytes(folder), out byte[] real);
        _ = SystemPaths.Space(real, out long free, out _);
        string what = $"{folder} on {mounts.Of(real).FileSystemType}, mode {Mode(found)}, {Gigabytes(free)} free";
        return free < Limits.CacheFloorBytes
            ? CheckResult.Warning("cache.no-space", what, "Free space on its disk: a backup needs some there.")
            : CheckResult.Good(what);
    }

    /// <summary>By number: names of what is protected stay out of reports that are handed on.</summary>
    private CheckResult Policy()
    {
        if (home.ReadMachine() is null) return CheckResult.Skipped("not registered");
        if (home.ReadPolicy() is not { Items.Count: > 0 } policy)
            return CheckResult.Warning("policy.empty", "nothing is selected, so nothing is backed up",
                "`coffer protect FOLDER`");
        int gone = policy.Items.Count(item => SystemPaths.Stat(item.Path, out _).IsError);
        return gone == 0
            ? CheckResult.Good($"{policy.Items.Count} selected, all there")
            : CheckResult.Warning("source.path-missing", $"{gone} of {policy.Items.Count} selected paths are not there",
                "`coffer policy` names them; mount what is missing, or take it off the policy.");
    }

    private CheckResult Hooks()
    {
        var hooks = home.ReadSettings().Hooks;
        Hook[] all = [.. new[] { hooks.Before, hooks.After }.OfType<Hook>()];
        foreach (var hook in all)
        {
            if (HookRun.ProblemOf(hook, home) is not { } fault) continue;
            return hook.Rule == HookRule.Fail
                ? CheckResult.Failed(fault)
                : CheckResult.Warning(fault.Code, fault.Message, fault.Guidance);
        }

        return CheckResult.Good(all.Length == 0 ? "none" : $"{all.Length}, nobody else can change what runs");
    }

    private static CheckResult Service() => SystemdUnit.Look(Unit) switch
    {
        UnitState.Running => CheckResult.Good($"{Unit} runs"),
        UnitState.Stopped => CheckResult.Warning("service.stopped", $"{Unit} is installed and does not run",
            $"systemctl start {Unit}"),
        _ => CheckResult.Note("no agent is installed: `coffer agent install`, or cron, starts the backups"),
    };

    private static string Mode(FileMetadata found) => Convert.ToString(found.Mode, 8).PadLeft(4, '0');

    private static string Gigabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB");
}
