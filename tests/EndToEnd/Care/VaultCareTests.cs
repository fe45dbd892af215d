using System.Text.Json;

namespace Coffer.EndToEnd.Care;

/// <summary>A vault is scrubbed, checked, healed, collected and recovered by commands that have no key.</summary>
public sealed class VaultCareTests : IDisposable
{
    private readonly Machine _machine = new();

    public VaultCareTests()
    {
        _machine.Shell("head -c 9000000 /dev/urandom > data/big; head -c 3000000 /dev/urandom > data/other");
        _machine.Write("small", "small");
        _machine.Protect().ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Care_OfAWholeVault_FindsNothing()
    {
        foreach (string verb in (string[])["check", "scrub", "collect", "recover", "show"])
        {
            var run = _machine.Json("vault", verb);
            run.ExitCode.ShouldBe(0, run.ToString());
            Codes(run).ShouldBeEmpty();
        }
        _machine.Json("vault").Result.GetProperty("lastFullCheck").GetString().ShouldNotBeNull();
        string[] byNobody = ["--vault", _machine.Vault, "--home", _machine.At("nobody")];
        _machine.Json(["vault", "check", .. byNobody]).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Scrub_OneBitFlippedAndTheSourceUnchanged_NamesItAndTheNextBackupHealsIt()
    {
        Flip(_machine.Stored("packs", isLargest: true), 4_000_000);
        _machine.Json("vault", "check").ExitCode.ShouldBe(0); // reads no packs
        var scrub = _machine.Json("vault", "scrub");
        scrub.ExitCode.ShouldBe(3, scrub.ToString());
        scrub.Result.GetProperty("lost").GetInt32().ShouldBe(1);
        scrub.Result.GetProperty("hurtPoints").GetInt32().ShouldBe(1);
        Codes(scrub).ShouldBe(["pack.damaged", "point.hurt", "file.damaged"]);
        Paths(scrub).ShouldHaveSingleItem();
        _machine.Json("vault", "check").ExitCode.ShouldBe(3);

        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(0, backup.ToString());
        var check = _machine.Json("vault", "check");
        check.ExitCode.ShouldBe(0, check.ToString());
        _machine.Json("vault", "scrub").ExitCode.ShouldBe(0);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Scrub_OneBitFlippedAndTheSourceChanged_KeepsExactlyTheLostFileListedAndRestoresTheRest()
    {
        string point = _machine.Json("point", "list").Events.Last().GetProperty("point").GetString()!;
        Flip(_machine.Stored("packs", isLargest: true), 4_000_000);
        string hurt = Paths(_machine.Json("vault", "scrub")).ShouldHaveSingleItem();
        string whole = Path.GetFileName(hurt) == "big" ? "other" : "big";
        _machine.Shell($"head -c 2000000 /dev/urandom > '{hurt}'");
        _machine.Json("backup").ExitCode.ShouldBe(0);

        var check = _machine.Json("vault", "check");
        check.ExitCode.ShouldBe(3, check.ToString());
        Paths(check).ShouldBe([hurt]);
        check.Result.GetProperty("hurtPoints").GetInt32().ShouldBe(1);
        Paths(_machine.Json("vault", "scrub")).ShouldBe([hurt]);

        var restore = _machine.Json("restore", _machine.Data, "--point", point, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(3, restore.ToString());
        Paths(restore).ShouldBe([hurt]);
        _machine.Shell($"cmp data/{whole} out/data/{whole} && cmp data/small out/data/small").ExitCode.ShouldBe(0);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("now")).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data now/data").ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("rm vault/catalog.db")]
    [InlineData("truncate -s 5000 vault/catalog.db")]
    [InlineData("rm vault/keyspaces/*.db")]
    [InlineData("rm vault/catalog.db vault/keyspaces/*.db")]
    [InlineData("rm vault/vault.json")]
    [InlineData("rm vault/vault.json vault/catalog.db")]
    public void Recover_OfLostTables_BringsThePointsBackAndBackupsGoOn(string harm)
    {
        _machine.Json("backup").ExitCode.ShouldBe(0);
        string before = Points();
        _machine.Shell(harm);
        _machine.Json("backup").ExitCode.ShouldBe(1);
        var recover = _machine.Json("vault", "recover");
        recover.ExitCode.ShouldBe(0, recover.ToString());
        Points().ShouldBe(before);
        _machine.Json("status").ExitCode.ShouldBe(0);
        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(0, backup.ToString());
        backup.Result.GetProperty("newBytes").GetInt64().ShouldBeLessThan(100_000);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
        _machine.Shell("diff -r data out/data").ExitCode.ShouldBe(0);
        _machine.Json("vault", "scrub").ExitCode.ShouldBe(0);
    }

    // Without tags and ends: those the vault reckons again with the next backup.
    private string Points() => string.Join('\n', _machine.Json("points").Events
        .Select(point => $"{Text(point, "point")} {Text(point, "receivedAt")} {Text(point, "state")}"));

    private static void Flip(string path, long offset)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = offset;
        int old = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(old ^ 1));
    }

    private static List<string> Codes(Run run) => [.. run.Events.Select(e => Text(e, "code")).OfType<string>()];

    private static List<string> Paths(Run run) => [.. run.Events.Select(e => Text(e, "path")).OfType<string>()];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
