using System.Security.Cryptography;

namespace Coffer.EndToEnd.Serving;

/// <summary>The disk of a served vault fills up in the middle of a backup, and has room again.</summary>
public sealed class FullVaultTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Backup_DiskOfTheVaultFull_IsToldAndTheNextGoesOnOnceThereIsRoom()
    {
        // 64 MiB of it are kept free.
        using var disk = SmallDisk.Mount(_machine, _machine.At("disk"), "200m");
        using var vault = new RunningVault(data: _machine.At("disk/vault"));
        File.WriteAllBytes(Path.Combine(_machine.Data, "big"), RandomNumberGenerator.GetBytes(180 << 20));
        File.WriteAllText(_machine.Passphrase, "correct horse battery staple\n");
        vault.MakeCredentials();
        _machine.Json("register", vault.Credentials, "--passphrase-file", _machine.Passphrase).ExitCode.ShouldBe(0);
        _machine.Json("protect", _machine.Data, "--no-backup").ExitCode.ShouldBe(0);

        var full = _machine.Json("backup");
        (full.ExitCode, full.Code).ShouldBe((1, "vault.full"), full.ToString());
        int packs = vault.Packs();
        packs.ShouldBePositive();

        disk.Remount("size=600m");
        var next = _machine.Json("backup");
        next.ExitCode.ShouldBe(0, next.ToString());
        _machine.Json("verify", "--data").ExitCode.ShouldBe(0);

        // Full again: what is there can still be had.
        disk.Fill();
        var restored = _machine.Json("restore", _machine.Data, "--to", _machine.At("out"));
        restored.ExitCode.ShouldBe(0, restored.ToString());
        disk.Empty();
        _machine.Json("backup").ExitCode.ShouldBe(0);
    }
}
