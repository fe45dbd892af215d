using Coffer.EndToEnd.Serving.Security;

namespace Coffer.EndToEnd.Serving.Care;

/// <summary><c>coffer-vault check|scrub|collect|recover</c>, with a service and without one.</summary>
public sealed class CareCommandTests : IDisposable
{
    private readonly SecureScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void CheckScrubAndCollect_AskTheService_OrOpenTheFolderWhereNoneRuns()
    {
        _scene.Protected();
        ShouldBeSound();
        _scene.Console("check", "--stop").ShouldFail(2, "care.none");
        _scene.Console("audit", "list").ShouldEnd(0).Events
            .Count(entry => entry.GetProperty("operation").GetString()!.StartsWith("care.", StringComparison.Ordinal))
            .ShouldBe(6); // the beginning and the end of each

        _scene.Vault.Kill();
        ShouldBeSound();
        _scene.Vault.Start();
    }

    [Fact]
    public void Scrub_OfADamagedVault_NamesWhatIsLost_AndTheNextBackupMendsIt()
    {
        var (machine, _) = _scene.Protected();
        string pack = Directory.GetFiles(
            Path.Combine(_scene.Vault.Data, "store", "packs"), "*", SearchOption.AllDirectories)
            .MaxBy(file => new FileInfo(file).Length)!;
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(pack, bytes);

        var scrub = _scene.Console("scrub").ShouldEnd(3);
        scrub.Events.Where(e => e.GetProperty("event").GetString() == "warning")
            .Select(e => e.GetProperty("code").GetString()).ShouldBe(["pack.damaged", "point.hurt"]);
        scrub.Result.GetProperty("hurtPoints").GetInt32().ShouldBe(1);
        _scene.Console("check").ShouldEnd(3);
        machine.Json("backup").ShouldEnd(0);
        _scene.Console("check").ShouldEnd(0);
    }

    [Fact]
    public void Recover_IsRefusedWhileTheServiceRuns_AndBringsLostTablesBackOnceItIsStopped()
    {
        var (machine, _) = _scene.Protected();
        _scene.Console("vault", "create", "second").ShouldEnd(0);
        _scene.Console("recover").ShouldFail(4, "service.running");
        _scene.Vault.Kill();
        File.Delete(Path.Combine(_scene.Vault.Data, "catalog.db"));
        var recovered = _scene.Console("recover").ShouldEnd(0);
        recovered.Result.GetProperty("vaults").GetInt32().ShouldBe(2);
        recovered.Events.Where(e => e.GetProperty("event").GetString() == "recovered")
            .Select(e => (e.GetProperty("vault").GetString(), e.GetProperty("points").GetInt32()))
            .ShouldBe([("default", 1), ("second", 0)]);
        _scene.Console("recover", "--vault", "second").ShouldEnd(0)
            .Result.GetProperty("vaults").GetInt32().ShouldBe(1);
        _scene.Console("recover", "--vault", "third").ShouldFail(2, "vault.choose");
        _scene.Vault.Start();
        machine.Json("backup").ShouldEnd(0);
        machine.Json("point", "list").ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(2);
    }

    private void ShouldBeSound()
    {
        _scene.Console("check").ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(1);
        _scene.Console("scrub").ShouldEnd(0).Result.GetProperty("packs").GetInt32().ShouldBe(_scene.Vault.Packs());
        _scene.Console("collect").ShouldEnd(0).Result.GetProperty("condemned").GetInt32().ShouldBe(0); // all is needed
    }
}
