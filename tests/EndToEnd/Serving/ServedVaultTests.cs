using System.Text.Json;

namespace Coffer.EndToEnd.Serving;

/// <summary>Two machines and a vault that is served to both, all by their commands.</summary>
public sealed class ServedVaultTests : IDisposable
{
    private const string Secret = "correct horse battery staple";

    private readonly RunningVault _vault = new();
    private readonly Machine _one = new(), _two = new();

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void TwoMachines_EachBackUp_AndOneIsRestoredOntoTheOtherWithItsPassphraseOnly()
    {
        _one.Write("a/report.txt", "of the first");
        _two.Write("b.txt", "of the second");
        string first = Register(_one), second = Register(_two, "--new");
        second.ShouldNotBe(first);
        BackUp(_one).ExitCode.ShouldBe(0);
        BackUp(_two).ExitCode.ShouldBe(0);

        _one.Json("verify", "--data").ExitCode.ShouldBe(0);
        _one.Json("point").Result.GetProperty("points").GetInt32().ShouldBe(1);
        string[] others = ["--credentials", _vault.Credentials, "--server", first];
        var restored = _two.Json(
            ["restore", _one.Data, "--to", _two.At("out"), "--passphrase-file", _one.Passphrase, .. others]);
        restored.ExitCode.ShouldBe(0, restored.ToString());
        File.ReadAllText(Path.Combine(_two.At("out"), "data", "a/report.txt")).ShouldBe("of the first");

        File.WriteAllText(_two.At("wrong"), "not the passphrase at all\n");
        var refused = _two.Json(
            ["restore", _one.Data, "--to", _two.At("no"), "--passphrase-file", _two.At("wrong"), .. others]);
        (refused.ExitCode, refused.Code).ShouldBe((2, "passphrase.wrong"));
        Directory.Exists(_two.At("no")).ShouldBeFalse();
    }

    [Fact]
    public void Status_VaultIsAway_TellsWhatTheMachineKnowsItself()
    {
        _one.Write("a.txt", "a");
        Register(_one);
        BackUp(_one).ExitCode.ShouldBe(0);
        _vault.Kill();
        var status = _one.Json("status");
        (status.ExitCode, status.Code).ShouldBe((3, "vault.unreachable"), status.ToString());
        status.Result.GetProperty("isVaultAnswering").GetBoolean().ShouldBeFalse();
        status.Result.GetProperty("paths")[0].GetString().ShouldBe(_one.Data);
        status.Result.GetProperty("lastPointAt").GetString().ShouldNotBeNull();
        var told = _one.Coffer();
        told.ExitCode.ShouldBe(3, told.ToString());
        told.Output.ShouldContain($"Selected   {_one.Data}");
        told.Output.ShouldContain(": did not answer; backed up to it last ");
        _vault.Start();
        _one.Json("status").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Folder_OfAServedVault_IsReadWithoutTheService()
    {
        _one.Write("a.txt", "a");
        Register(_one);
        BackUp(_one).ExitCode.ShouldBe(0);
        _vault.Kill();
        var listed = _two.Json("ls", _one.Data, "--vault", _vault.Data, "--passphrase-file", _one.Passphrase);
        listed.ExitCode.ShouldBe(0, listed.ToString());
        _one.Json("vault", "check", "--vault", _vault.Data).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Register_WithAFileThatIsWrong_SaysHowItIs()
    {
        _vault.MakeCredentials();
        string whole = File.ReadAllText(_vault.Credentials);
        CodeOf("office.txt", whole).ShouldBe("credentials.extension");
        CodeOf("half.vaultCredentials", whole[..(whole.Length / 2)]).ShouldBe("credentials.damaged");
        CodeOf("other.vaultCredentials", With(whole, "vault", "00112233445566778899aabbccddeeff"))
            .ShouldBe("vault.unknown");
        CodeOf("pin.vaultCredentials", With(whole, "pin", Convert.ToBase64String(new byte[32])))
            .ShouldBe("vault.certificate");
        CodeOf("secret.vaultCredentials", With(whole, "secret", Convert.ToBase64String(new byte[32])))
            .ShouldBe("credentials.unknown");
        CodeOf("newer.vaultCredentials", whole.Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal))
            .ShouldBe("credentials.newer");
        _vault.MakeCredentials();
        CodeOf("older.vaultCredentials", whole).ShouldBe("credentials.superseded");
    }

    [Fact]
    public void Register_Again_TakesTheNewAddressAndKeepsTheMachine()
    {
        string machine = Register(_one);
        _vault.MakeCredentials();
        _one.Json("register", _vault.Credentials).Result.GetProperty("machine").GetString().ShouldBe(machine);
    }

    private string CodeOf(string name, string content)
    {
        File.WriteAllText(_one.At(name), content);
        return _one.Json("register", _one.At(name)).Code;
    }

    /// <summary>Changed on purpose, without the check that tells of accidents.</summary>
    private static string With(string json, string member, string value)
    {
        var all = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        all.Remove("check").ShouldBeTrue();
        all[member] = JsonSerializer.SerializeToElement(value);
        return JsonSerializer.Serialize(all);
    }

    private string Register(Machine machine, params string[] more)
    {
        File.WriteAllText(machine.Passphrase, Secret + "\n");
        if (!File.Exists(_vault.Credentials)) _vault.MakeCredentials();
        var run = machine.Json(["register", _vault.Credentials, "--passphrase-file", machine.Passphrase, .. more]);
        run.ExitCode.ShouldBe(0, run.ToString());
        return run.Result.GetProperty("machine").GetString()!;
    }

    private static Run BackUp(Machine machine) => machine.Json("protect", machine.Data);
}
