namespace Coffer.EndToEnd.Serving;

/// <summary>A vault is put back to an older state; the machine's commands tell so until somebody accepts it.</summary>
public sealed class OlderVaultTests : IDisposable
{
    private const string Code = "vault.older";

    private readonly RunningVault _vault = new();
    private readonly Machine _machine = new();

    public void Dispose()
    {
        _machine.Dispose();
        _vault.Dispose();
    }

    [Fact]
    public void Vault_PutBack_IsToldByStatusBackupAndRestoreUntilItIsAccepted()
    {
        _machine.Write("a.txt", "first");
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        _vault.MakeCredentials();
        _machine.Json("register", _vault.Credentials, "--passphrase-file", _machine.Passphrase).ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Data).ExitCode.ShouldBe(0);
        _machine.Json("status").Output.ShouldNotContain(Code);
        _vault.Kill();
        _machine.Start("cp", "-a", _vault.Data, _machine.At("copy")).ExitCode.ShouldBe(0);
        _vault.Start();
        _machine.Write("a.txt", "second");
        _machine.Json("backup").ExitCode.ShouldBe(0);
        _vault.Kill();
        Directory.Delete(_vault.Data, recursive: true);
        _machine.Start("cp", "-a", _machine.At("copy"), _vault.Data).ExitCode.ShouldBe(0);
        _vault.Start();

        Codes(_machine.Json("status")).ShouldContain(Code);
        Codes(_machine.Json("restore", _machine.Data, "--to", _machine.At("one"))).ShouldContain(Code);
        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(3, backup.ToString());
        Codes(backup).ShouldContain(Code);
        _machine.Json("backup").ExitCode.ShouldBe(0);
        Codes(_machine.Json("status")).ShouldContain(Code);
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("two"));
        Codes(restore).ShouldContain(Code);
        Codes(restore).ShouldContain("point.gap");
        File.ReadAllText(_machine.At("two/data/a.txt")).ShouldBe("second");

        _machine.Json("register").ExitCode.ShouldBe(2);
        var accepted = _machine.Json("register", "--accept-older");
        accepted.ExitCode.ShouldBe(0, accepted.ToString());
        accepted.Result.GetProperty("accepted").GetInt32().ShouldBe(1);
        Codes(_machine.Json("status")).ShouldNotContain(Code);
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }

    private static List<string> Codes(Run run) =>
    [
        .. run.Events.Where(one => one.TryGetProperty("code", out _))
            .Select(one => one.GetProperty("code").GetString()!),
    ];
}
