using System.Net;
using System.Text;
using System.Text.Json;
using Coffer.Agent.Hooks;
using Coffer.Contracts.Points;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Format.Policies;
using Coffer.Service.HostileVault.Lying;

namespace Coffer.Service.HostileVault;

/// <summary>Somebody holds the vault, and says to the machine whatever he likes.</summary>
public sealed class AttackTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Question = "GET */servers/*/requests";

    /// <summary>What he has of wishes: each is one that an honest vault would not make, or may not.</summary>
    private static readonly string[] s_members =
    [
        """{"items":["/"]}""", """{"items":["/etc","/root"]}""", """{"items":[]}""",
        """{"exclusions":["*"]}""", """{"exclusions":[]}""", """{"skipsCacheFolders":false}""",
        """{"snapshots":"off"}""", """{"items":["/etc"],"retention":{}}""",
        """{"hooks":{"before":["/bin/sh","-c","touch /tmp/hooked"]}}""", """{"retention":{},"hooks":[]}""",
        """
        {"hookBefore":{"arguments":["-c","touch /tmp/hooked"],"program":"/bin/sh","rule":"warn","timeLimitSeconds":9}}
        """,
        """{"retention":{},"hookBefore":null}""", """{"settings":{"hookAfter":null}}""",
        """{"proxy":"http://192.0.2.1:1/"}""", """{"portalEdits":"all"}""", """{"restore":{"to":"/"}}""",
        """{"retention":{"daily":{"days":0}}}""", """{"retention":{"daily":{"days":999999999999999999999}}}""",
        """{"schedule":{"days":[],"everyWeeks":1,"randomDelayMinutes":0,"timeZone":"../../etc","times":["03:00"]}}""",
        """{"retention":{}}""", "null", "[]", "{", "",
        """{"schedule":{"days":[],"everyWeeks":1,"randomDelayMinutes":0,"times":["01:00","13:00"]}}""",
    ];

    private static readonly Lie s_yes = Lie.Of("yes", _ => LyingHandler.Of(HttpStatusCode.OK, null, []));

    [Fact]
    public async Task SimulatedAttacker_WhoHoldsTheVault_ReadsRunsAndRestoresNothingBeyondWhatIsAllowed()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        string secret = Path.Combine(victim.Folder, "secret");
        Directory.CreateDirectory(secret);
        await File.WriteAllTextAsync(Path.Combine(secret, "key.txt"), "nobody's business");
        var files = VictimTree.Look(victim.Data.Folder);
        int wish = 0;
        var time = new JumpingTime();
        var handler = new LyingHandler(
            time, answer => answer.Route == Question ? Lie.Body("a wish", _ => Wish(wish, victim, secret))
                : answer.Route.EndsWith("/take", StringComparison.Ordinal)
                    || answer.Route.Contains("/policy/edits/", StringComparison.Ordinal) ? s_yes : null,
            new Random(1));
        await using var machine = new AskingMachine(victim, () => victim.Open(handler, time));
        await machine.ProtectAsync();
        string hooked = SetHook(victim);
        byte[] settings = await File.ReadAllBytesAsync(Path.Combine(victim.Home.Folder, "settings.json"));
        var first = machine.Policy;
        // All that he can say by templates and edits, one after the other, each with a backup at once.
        for (wish = 0; wish < s_members.Length + 4; wish++)
        {
            await machine.LookAsync();
            Fixed(machine.Policy).ShouldBe(Fixed(first), $"wish {wish}");
        }
        handler.Lies.ShouldBeGreaterThan(wish);
        machine.Policy.Version.ShouldBe(first.Version + 2); // two of the wishes are such as may be made
        victim.Home.ReadSettings().PortalEdits.ShouldBe(PortalEdits.ScheduleAndRetention);
        victim.Home.ReadSettings().Proxy.ShouldBeNull();
        File.Exists("/tmp/hooked").ShouldBeFalse();
        (await File.ReadAllBytesAsync(Path.Combine(victim.Home.Folder, "settings.json"))).ShouldBe(settings);
        VictimTree.Look(victim.Data.Folder).ShouldBe(files);
        VictimTree.Look(secret).Count.ShouldBe(1);
        machine.Runs.Count.ShouldBeGreaterThan(5);
        // The machine's own hook ran, as it is set here, and nothing that he named for it got there.
        (await File.ReadAllLinesAsync(hooked)).ShouldAllBe(line => line == "own backup");
        // And what these read:
        await AllPointsAreOfTheDataAsync(victim, files);
    }

    [Fact]
    public async Task Loop_WhateverIsAnsweredToItsQuestions_GoesOn()
    {
        using var victim = await AskingMachine.VictimAsync(service);
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        Lie? lie = null;
        var time = new JumpingTime();
        var handler = new LyingHandler(time, answer => answer.Route == Question ? lie : null, random);
        await using var machine = new AskingMachine(victim, () => victim.Open(handler, time));
        await machine.ProtectAsync();
        string before = Fixed(machine.Policy);
        var vault = service.Host.Vaults[0].ManageAtConsole().Policies;
        foreach (var each in Lies.All)
        {
            vault.AskBackup(victim.Machine.Id, new Contracts.Management.BackupAsk());
            lie = each;
            await machine.LookAsync().WaitAsync(TimeSpan.FromMinutes(1));
            Fixed(machine.Policy).ShouldBe(before, $"seed {seed}, {each}");
        }
        lie = null;
        vault.AskBackup(victim.Machine.Id, new Contracts.Management.BackupAsk());
        (await machine.LookAsync()).ShouldBeTrue($"seed {seed}");
    }

    private static byte[] Wish(int number, Victim victim, string secret)
    {
        var edit = number < s_members.Length
            ? new OfferedEdit(Id128.Random(), victim.Home.ReadPolicy()!.Version, Encoding.UTF8.GetBytes(
                s_members[number].Replace("/root", secret, StringComparison.Ordinal)))
            : new OfferedEdit(Id128.Random(), long.MaxValue - number, new byte[number * 300_000]);
        // Of no source, of one that there is not, until a day that is over or will never be.
        var backup = new AskedBackup(
            Id128.Random(), number % 3 == 1 ? [SourceId.New()] : [],
            number % 4 == 1 ? DateTimeOffset.MaxValue : number % 4 == 2 ? DateTimeOffset.MinValue : null);
        return JsonSerializer.SerializeToUtf8Bytes(
            new MachineRequests(edit, backup), WireJson.Default.MachineRequests);
    }

    /// <returns>Where the hook writes each of its runs.</returns>
    private static string SetHook(Victim victim)
    {
        string script = Path.Combine(victim.Folder, "hook"), log = Path.Combine(victim.Folder, "hook.log");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$@ $COFFER_OPERATION\" >> {log}\n");
        using (var chmod = System.Diagnostics.Process.Start("chmod", ["700", script])) chmod.WaitForExit();
        var hook = new Hook(script, ["own"], TimeSpan.FromMinutes(1), HookRule.Fail);
        victim.Home.WriteSettings(victim.Home.ReadSettings() with { Hooks = new MachineHooks(hook, null) });
        return log;
    }

    // All but what a vault may change.
    private static string Fixed(ProtectionPolicy policy)
    {
        var usual = ProtectionPolicy.Empty("UTC");
        return Encoding.UTF8.GetString(PolicyCodec.Encode(
            policy with { Version = 1, Schedule = usual.Schedule, Retention = usual.Retention }));
    }

    private static async Task AllPointsAreOfTheDataAsync(Victim victim, SortedDictionary<string, string> files)
    {
        await using var vault = victim.Open();
        var points = await vault.ListPointsAsync(new PointFilter(victim.Machine.Id), default);
        points.Count.ShouldBeGreaterThan(0);
        string target = Path.Combine(victim.Folder, "back");
        (await victim.RestoreAsync(vault, target)).Findings.ShouldBeEmpty();
        VictimTree.Look(Path.Combine(target, "data")).ShouldBe(files);
        await using var reader = await vault.OpenReaderAsync(victim.Keys.Keyspace, default);
        using var pages = new Agent.Browsing.PageReader(reader, victim.Keys);
        var tree = await victim.TreeAsync(vault, pages);
        await foreach (var entry in tree.ListAllAsync("/"u8.ToArray(), default))
        {
            string path = Encoding.UTF8.GetString(entry.Path);
            bool isOnTheWay = victim.Data.Folder.StartsWith(path, StringComparison.Ordinal);
            (isOnTheWay || path.StartsWith(victim.Data.Folder, StringComparison.Ordinal)).ShouldBeTrue(path);
        }
    }
}
