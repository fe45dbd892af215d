using System.Globalization;
using System.Security.Cryptography;
using Coffer.EndToEnd.Serving.Security;

namespace Coffer.EndToEnd.Serving.Fleet;

/// <summary>Machines that share a keyspace, all by their commands.</summary>
public sealed class FleetTests : IDisposable
{
    private readonly SecureScene _scene = new();
    private readonly HashSet<Machine> _protected = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Fleet_SendsWhatIsThereOnce_AndEachRestoresTheOthersFiles()
    {
        var (one, first) = Founder("--members-trust-each-other");
        var (two, second) = Member(first);
        byte[] big = RandomNumberGenerator.GetBytes(5 << 20);
        foreach (var (machine, name) in ((Machine, string)[])[(one, "one.txt"), (two, "two.txt")])
        {
            File.WriteAllBytes(Path.Combine(machine.Data, "big"), big);
            machine.Write(name, $"of {name}");
        }

        Back(one);
        long before = Stored();
        Back(two);
        (Stored() - before).ShouldBeLessThan(200_000);

        Restored(two, first, one, "one.txt").ShouldBe("of one.txt");
        Restored(one, second, two, "two.txt").ShouldBe("of two.txt");
        two.Json("point", "--server", first).ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(1);
        two.Json("verify", "--data").ShouldEnd(0);
        two.Json("point", "--server", "nobody").ShouldFail(2, "server.unknown");
        string log = _scene.Console("audit", "list").ShouldEnd(0).Output;
        log.ShouldContain("joins.approve");
        log.ShouldContain("servers.read-member");

        // Nobody else reads them, and a member changes nothing of another's.
        var stranger = _scene.New();
        _scene.Registered(stranger, "--new");
        stranger.Json("point", "--server", first).ShouldFail(2, "server.unknown");
        File.WriteAllText(stranger.At("wrong"), "not the passphrase at all\n");
        stranger.Json("restore", one.Data, "--to", stranger.At("no"), "--server", first,
            "--credentials", _scene.Vault.Credentials, "--passphrase-file", stranger.At("wrong"))
            .ShouldFail(2, "passphrase.wrong");
        string item = SecureScene.SourceOf(one).Id;
        two.Json("protection", "stop", item, "--way", "retain-data").ExitCode.ShouldNotBe(0);
        string point = one.Json("point").Events.Single().GetProperty("point").GetString()!;
        two.Json("point", "hold", point).ExitCode.ShouldNotBe(0);

        // One leaves: its own points go, the other's stay.
        two.Json("unregister", "--pin-file", _scene.PinFor(two.Json("unregister"))).ShouldEnd(0);
        one.Json("verify", "--data").ShouldEnd(0);
        Back(one);
    }

    [Fact]
    public void Join_WithoutConsentPassphraseOrApproval_IsRefused()
    {
        var founder = _scene.New();
        _scene.Vault.MakeCredentials();
        Register(founder, "--share").ShouldFail(2, "share.unconfirmed");
        string first = _scene.Registered(founder, "--share", "--yes");
        var joiner = _scene.New();
        Register(joiner, "--join", first).ShouldFail(2, "share.unconfirmed");
        File.WriteAllText(joiner.At("wrong"), "not the passphrase at all\n");
        joiner.Json("register", _scene.Vault.Credentials, "--join", first, "--yes",
            "--passphrase-file", joiner.At("wrong")).ShouldFail(2, "passphrase.wrong");
        Register(joiner, "--join", first, "--yes").ShouldFail(4, "join.pending");
        joiner.Json("point").ShouldFail(2, "machine.unregistered");
        string key = _scene.Console("server", "joins").ShouldEnd(0).Events.Single().GetProperty("key").GetString()!;
        _scene.Console("server", "refuse", key).ShouldEnd(0);
        Register(joiner).ShouldFail(4, "join.pending"); // goes on asking, with the same key
        _scene.Console("server", "admit", "0123456789abcdef").ExitCode.ShouldNotBe(0);
        _scene.Console("server", "admit", key).ShouldEnd(0);
        Register(joiner).ShouldEnd(0).Result.GetProperty("isJoined").GetBoolean().ShouldBeTrue();

        var alone = _scene.New();
        string own = _scene.Registered(alone, "--new");
        Register(_scene.New(), "--join", own, "--yes").ShouldFail(4, "keyspace.private");
    }

    /// <summary>What one sent is spoilt, as if it had sent garbage under those ids: no other pays for it.</summary>
    [Fact]
    public void Members_ThatDoNotTrustEachOther_RestoreThoughWhatTheOtherSentIsGarbage()
    {
        var (one, first) = Founder();
        var (two, _) = Member(first);
        byte[] big = RandomNumberGenerator.GetBytes(3 << 20);
        foreach (var machine in (Machine[])[one, two]) File.WriteAllBytes(Path.Combine(machine.Data, "big"), big);
        Back(one);
        string[] packs = Packs();
        Back(two);
        Packs().Length.ShouldBeGreaterThan(packs.Length);
        foreach (string pack in packs) Spoil(pack);

        string to = two.At("out");
        two.Json("restore", two.Data, "--to", to).ExitCode.ShouldBeOneOf(0, 3); // 3: it tells of the bad copies
        File.ReadAllBytes(Path.Combine(to, Path.GetFileName(two.Data), "big")).ShouldBe(big);
    }

    [Fact]
    public void Distrust_OfAMember_HasTheOthersSendTheirOwn()
    {
        var (one, first) = Founder("--members-trust-each-other");
        var (two, second) = Member(first);
        one.Write("a.txt", "a");
        Back(one);
        string since = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        byte[] big = RandomNumberGenerator.GetBytes(5 << 20);
        foreach (var machine in (Machine[])[two, one]) File.WriteAllBytes(Path.Combine(machine.Data, "big"), big);
        string[] before = Packs();
        Back(two);
        string[] doubtful = [.. Packs().Except(before)];
        Back(one);
        Stored().ShouldBeLessThan(2L * big.Length);
        _scene.Console("server", "distrust", second, "--since", since).ShouldEnd(0);
        one.Json("backup").ExitCode.ShouldBeOneOf(0, 3);
        Stored().ShouldBeGreaterThan(2L * big.Length);
        foreach (string pack in doubtful) Spoil(pack);
        one.Json("restore", one.Data, "--to", one.At("out")).ExitCode.ShouldBeOneOf(0, 3);
        File.ReadAllBytes(Path.Combine(one.At("out"), Path.GetFileName(one.Data), "big")).ShouldBe(big);
    }

    private (Machine Machine, string Id) Founder(params string[] more)
    {
        var machine = _scene.New();
        return (machine, _scene.Registered(machine, ["--share", "--yes", .. more]));
    }

    private (Machine Machine, string Id) Member(string of)
    {
        var machine = _scene.New();
        var asked = Register(machine, "--join", of, "--yes").ShouldFail(4, "join.pending");
        string[] command = asked.Result.GetProperty("guidance").GetString()!.Split('`')[1].Split(' ');
        _scene.Console(command[1..]).ShouldEnd(0);
        string id = Register(machine).ShouldEnd(0).Result.GetProperty("machine").GetString()!;
        id.ShouldNotBe(of);
        return (machine, id);
    }

    private Run Register(Machine machine, params string[] more) => machine.Json(
        ["register", _scene.Vault.Credentials, "--passphrase-file", machine.Passphrase, .. more]);

    private void Back(Machine machine) =>
        machine.Json(_protected.Add(machine) ? ["protect", machine.Data] : ["backup"]).ShouldEnd(0);

    private static string Restored(Machine on, string server, Machine from, string name)
    {
        string to = on.At($"restored-{Guid.NewGuid():N}");
        on.Json("restore", Path.Combine(from.Data, name), "--server", server, "--to", to).ShouldEnd(0);
        return File.ReadAllText(Path.Combine(to, name));
    }

    private string[] Packs() => Directory.GetFiles(
        Path.Combine(_scene.Vault.Data, "store", "packs"), "*", SearchOption.AllDirectories);

    private long Stored() => Packs().Sum(pack => new FileInfo(pack).Length);

    private static void Spoil(string pack)
    {
        byte[] bytes = File.ReadAllBytes(pack);
        for (int at = 4096; at < bytes.Length - 4096; at += 1000) bytes[at] ^= 1;
        File.Delete(pack); // it may not be written
        File.WriteAllBytes(pack, bytes);
    }
}
