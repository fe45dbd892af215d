using Coffer.Domain;
using Coffer.Format.Packs;
using Coffer.Simulation.Restarts;
using Coffer.Simulation.Scenarios;

namespace Coffer.Simulation.Damage;

/// <summary>What happens to a vault's folder behind its back, while no program uses it.</summary>
internal static class DamageSteps
{
    /// <summary>From the end: in the footer of a data pack, in the table of a metadata pack.</summary>
    private const int InFooter = 20, InTable = 200;

    /// <summary>One bit in the body of each of some frames.</summary>
    public static Step FlipFrames(Func<Agent, IReadOnlyList<ObjectId>> which) => new("flip bits in frames", site =>
    {
        var ids = which(site.Agent);
        foreach (var id in ids)
        {
            var (path, pack) = PackOf(site, id);
            var entry = pack.Entries.Single(e => e.Id == id);
            Flip(path, entry.Offset + entry.Length - 1);
        }
        site.Note("frames are hurt", promises =>
        {
            promises.IsHurt = true;
            promises.Damaged.UnionWith(ids);
        });
        return Task.CompletedTask;
    });

    /// <summary>One bit behind the frames of the packs that hold some ids.</summary>
    public static Step FlipTables(Func<Agent, IReadOnlyList<ObjectId>> which) => new("flip bits in tables", site =>
    {
        foreach (var (path, pack) in which(site.Agent).Select(id => PackOf(site, id)).ToList())
        {
            int fromEnd = pack.Head.Class == PackClass.Data ? InFooter : InTable;
            Flip(path, new FileInfo(path).Length - fromEnd);
        }
        site.Note("tables are hurt", promises => promises.IsHurt = true);
        return Task.CompletedTask;
    });

    public static Step Lose(Func<Site, string> which) => new("lose tables", site =>
    {
        foreach (string end in (string[])["", "-wal", "-shm"]) File.Delete(which(site) + end);
        site.Note("tables are lost", promises => promises.NeedsRecovery.Is(true));
        return Task.CompletedTask;
    });

    /// <summary>A copy of tables is taken, the vault goes on, and the copy comes back.</summary>
    public static Step BringBack(Func<Site, string> which, params Step[] meanwhile) => new("bring old tables back",
        async site =>
        {
            byte[] old = await File.ReadAllBytesAsync(which(site));
            foreach (var step in meanwhile) await step.RunAsync(site);
            foreach (string end in (string[])["-wal", "-shm"]) File.Delete(which(site) + end);
            await File.WriteAllBytesAsync(which(site), old);
            site.Note("tables are old", promises => promises.NeedsRecovery.Is(true));
        });

    /// <summary>What the catalog says of each point now has to stay so.</summary>
    public static Step RememberFacts { get; } = new("remember what is said of points", site =>
    {
        var facts = Inventory.Of(site.Folder).Facts;
        site.Note("facts of points", promises =>
        {
            promises.Facts.Clear();
            foreach (var (id, fact) in facts) promises.Facts.Add(id, fact);
        });
        return Task.CompletedTask;
    });

    public static string Catalog(Site site) => Path.Combine(site.Folder, "catalog.db");

    public static string Index(Site site) =>
        Path.Combine(site.Folder, "keyspaces", $"{site.Agent.Keys.Keyspace}.db");

    private static (string Path, PackReader Pack) PackOf(Site site, ObjectId id)
    {
        string packs = Path.Combine(site.Folder, "store", "packs");
        foreach (string path in Directory.EnumerateFiles(packs, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(path);
            var pack = PackReader.Open(
                bytes.Length, (at, target) => bytes.AsSpan((int)at, target.Length).CopyTo(target), path);
            if (pack.Entries.Any(entry => entry.Id == id)) return (path, pack);
        }
        throw new InvalidOperationException($"no pack holds {id}");
    }

    private static void Flip(string path, long offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 4;
        File.WriteAllBytes(path, bytes);
    }
}
