namespace Coffer.EndToEnd.Faults;

/// <summary>
/// A vault that lost something: what is whole comes back, what is not is named, a backup sends it again.
/// </summary>
public sealed class DamageTests : IDisposable
{
    private readonly Machine _machine = new();

    public DamageTests()
    {
        _machine.Shell("head -c 9000000 /dev/urandom > data/big");
        _machine.Write("small", "small");
        _machine.Protect().ExitCode.ShouldBe(0);
    }

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("rm")]
    [InlineData("truncate -s 5000000")]
    public void Backup_AfterAPackWasLostOrCutShort_SendsItAgain(string harm)
    {
        _machine.Shell($"{harm} '{_machine.Stored("packs", isLargest: true)}'");
        _machine.Json("verify", "--data").ExitCode.ShouldBe(1);
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(3, restore.ToString());
        restore.Events.Select(e => e.GetProperty("code").GetString()).ShouldContain("file.damaged");

        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(0, backup.ToString());
        backup.Result.GetProperty("newBytes").GetInt64().ShouldBeGreaterThan(1_000_000);
        var verify = _machine.Json("verify", "--data");
        verify.ExitCode.ShouldBe(0, verify.ToString());
    }

    [Theory]
    [InlineData("rm")]
    [InlineData("truncate -s 5000000")]
    public void Verify_WithoutData_NamesWhatALostPackHurtsAndIsWholeAfterABackup(string harm)
    {
        _machine.Coffer("verify").Output.ShouldContain("was not read: `coffer verify --data`");
        _machine.Shell($"{harm} '{_machine.Stored("packs", isLargest: true)}'");
        var verify = _machine.Coffer("verify");
        verify.ExitCode.ShouldBe(1, verify.ToString());
        verify.Errors.ShouldContain($"{_machine.At("data/big")} cannot be restored from point");
        verify.Output.ShouldContain("missing or damaged");
        var status = _machine.Json("status");
        status.Events.Select(e => e.GetProperty("code").GetString()).ShouldContain("status.verify-failed");
        _machine.Coffer("status").Output.ShouldContain("data/big: cannot be restored");

        _machine.Json("backup").ExitCode.ShouldBe(0);
        _machine.Json("verify").ExitCode.ShouldBe(0);
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Verify_AfterAPointsFileWasLost_NamesItAndGoesOnWithTheOthers()
    {
        File.Delete(_machine.Stored("points", isLargest: true));
        _machine.Json("backup").ExitCode.ShouldBe(3);
        var verify = _machine.Json("verify", "--data");
        verify.ExitCode.ShouldBe(1, verify.ToString());
        verify.Events.ShouldHaveSingleItem().GetProperty("code").GetString().ShouldBe("point.damaged");
        verify.Result.GetProperty("chunks").GetInt32().ShouldBeGreaterThan(0);

        var versions = _machine.Coffer("versions", Path.Combine(_machine.Data, "small"));
        versions.ExitCode.ShouldBe(3, versions.ToString());
        versions.Errors.ShouldNotContain("Exception");
        _machine.Json("find", "small").ExitCode.ShouldBe(3);
        _machine.Json("restore", _machine.Data, "--to", _machine.At("out")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("truncate -s 5000 vault/catalog.db")]
    [InlineData("rm vault/catalog.db")]
    [InlineData("rm vault/keyspaces/*.db")]
    [InlineData("truncate -s 5000 vault/keyspaces/*.db")]
    [InlineData("echo x > vault/vault.json")]
    [InlineData("rm vault/vault.json")]
    public void Restore_FromAVaultWhoseTablesAreDamaged_BringsAllBackAndStatusWarns(string harm)
    {
        _machine.Shell(harm);
        var restore = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        restore.ExitCode.ShouldBe(0, restore.ToString());
        _machine.Shell("cmp data/big out/data/big").ExitCode.ShouldBe(0);
        _machine.Json("status").Events.Select(e => e.GetProperty("code").GetString()).ShouldContain("vault.damaged");
        var backup = _machine.Json("backup");
        backup.ExitCode.ShouldBe(1, backup.ToString());
        backup.Code.ShouldBe("vault.damaged");
    }

    [Fact]
    public void Backup_StoreGone_SaysWhatIsLostAndMakesNothing()
    {
        Directory.Delete(Path.Combine(_machine.Vault, "store"), recursive: true);
        var run = _machine.Json("backup");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Code.ShouldBe("vault.lost");
        Directory.Exists(Path.Combine(_machine.Vault, "store")).ShouldBeFalse();
    }

    /// <summary>A mount point without its disk.</summary>
    [Fact]
    public void Command_VaultsFolderIsEmpty_MakesNoNewVaultThere()
    {
        _machine.Shell("rm -rf vault/*");
        foreach (string[] command in (string[][])
        [
            ["backup"], ["status"], ["verify"], ["protect", _machine.Data],
            ["protect", _machine.Data, "--vault", _machine.Vault],
        ])
        {
            var run = _machine.Json(command);
            run.ExitCode.ShouldBe(1, run.ToString());
            run.Code.ShouldBe("vault.missing");
        }

        Directory.GetFileSystemEntries(_machine.Vault).ShouldBeEmpty();
    }
}
