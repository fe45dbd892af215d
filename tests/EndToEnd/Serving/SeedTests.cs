using System.Diagnostics;
using System.Security.Cryptography;
using Coffer.EndToEnd.Serving.Security;

namespace Coffer.EndToEnd.Serving;

/// <summary>A first backup that goes to the vault on a disk.</summary>
public sealed class SeedTests : IDisposable
{
    private const int Bytes = 40 << 20;

    private readonly SecureScene _scene = new();
    private readonly Machine _machine;
    private readonly string _seed;

    public SeedTests()
    {
        _machine = _scene.New();
        _machine.Write("a/small.txt", "of the first");
        File.WriteAllBytes(Path.Combine(_machine.Data, "big"), RandomNumberGenerator.GetBytes(Bytes));
        _scene.Registered(_machine);
        _machine.Json("protect", _machine.Data, "--no-backup").ShouldEnd(0);
        _seed = _machine.At("disk/seed");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void FirstBackup_CarriedAndImported_IsGoneOnFromOverTheNetwork()
    {
        var export = Export().ShouldEnd(0);
        export.Result.GetProperty("complete").GetBoolean().ShouldBeTrue();
        _machine.Json("point").ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(0);

        string carried = Path.Combine(_scene.Vault.Folder, "carried");
        Directory.Move(_seed, carried);
        var import = _scene.Console("seed", "import", carried).ShouldEnd(0);
        import.Result.GetProperty("state").GetString().ShouldBe("Completed");
        import.Result.GetProperty("bytesDone").GetInt64().ShouldBeGreaterThan(Bytes);
        _scene.Console("seed", "status").ShouldEnd(0).Result.GetProperty("pointsDone").GetInt32().ShouldBe(1);
        Directory.Delete(carried, recursive: true);

        _machine.Write("a/new.txt", "of the second");
        ShouldSendNextToNothing(_machine.Json("backup"));
        _machine.Json("point").ShouldEnd(0).Result.GetProperty("points").GetInt32().ShouldBe(2);
        _machine.Json("verify", "--data").ShouldEnd(0);
        ShouldRestore();
    }

    [Fact]
    public void Export_ThatWasCutOff_GoesOn()
    {
        var running = new RunningCoffer(_machine, "seed", "export", _seed);
        running.WaitUntil(() => Directory.Exists(Path.Combine(_seed, "store", "packs")));
        running.Kill();
        Export().ShouldEnd(0).Result.GetProperty("complete").GetBoolean().ShouldBeTrue();
        _scene.Console("seed", "import", _seed).ShouldEnd(0);
        ShouldSendNextToNothing(_machine.Json("backup"));
        ShouldRestore();
    }

    [Fact]
    public void Seed_WithADamagedPack_LeavesThePoint_AndTheNetworkBringsWhatIsMissing()
    {
        Export().ShouldEnd(0);
        string pack = new DirectoryInfo(Path.Combine(_seed, "store", "packs"))
            .GetFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!.FullName;
        using (var file = File.OpenHandle(pack, FileMode.Open, FileAccess.Write))
            RandomAccess.Write(file, new byte[64], 1 << 20);
        var import = _scene.Console("seed", "import", _seed).ShouldEnd(1);
        import.Result.GetProperty("findings").EnumerateArray()
            .Select(finding => finding.GetProperty("code").GetString()).ShouldBe(["seed.pack", "seed.point"]);
        _machine.Json("backup").ShouldEnd(0).Result.GetProperty("newBytes").GetInt64().ShouldBeLessThan(Bytes);
        ShouldRestore();
    }

    [Fact]
    public void Seed_IsNoneOfAnotherVaultsAndNoVaultIsASeed()
    {
        Export().ShouldEnd(0);
        using var other = new SecureScene();
        var stranger = other.New();
        other.Registered(stranger);
        other.Console("seed", "import", _seed).ShouldEnd(1).Result.GetProperty("findings")[0]
            .GetProperty("code").GetString().ShouldBe("seed.foreign");
        other.Console("seed", "import", stranger.Data).ShouldFail(2, "seed.none");

        stranger.Write("x", "x");
        stranger.Start(Machine.Command, "protect", stranger.Data, "--home", stranger.At("second"), "--vault",
            stranger.Vault, "--passphrase-file", stranger.Passphrase).ShouldEnd(0);
        _machine.Json("seed", "export", stranger.Vault).ShouldFail(4, "seed.other");
    }

    private Run Export() => _machine.Json("seed", "export", _seed);

    // What was written just before the seed may be read again, as it may have changed within the clock's step.
    private static void ShouldSendNextToNothing(Run backup)
    {
        backup.ShouldEnd(0).Result.GetProperty("newBytes").GetInt64().ShouldBeLessThan(1000);
        backup.Result.GetProperty("storedBytes").GetInt64().ShouldBeLessThan(100_000);
    }

    private void ShouldRestore()
    {
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ShouldEnd(0);
        using var same = Process.Start("diff", ["-r", _machine.Data, Path.Combine(_machine.At("out"), "data")]);
        same.WaitForExit();
        same.ExitCode.ShouldBe(0);
    }
}
