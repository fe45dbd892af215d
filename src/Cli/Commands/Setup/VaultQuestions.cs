using System.Text;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose.Inputs;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Passphrases;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.Vault;

namespace Coffer.Cli.Commands.Setup;

/// <summary>Where the backups go, and what opens them.</summary>
internal sealed class VaultQuestions(Asking asking)
{
    public async Task<VaultChoice> VaultAsync()
    {
        if (asking.Invocation.Home.ReadMachine() is { } machine)
        {
            asking.Tell($"This machine is registered already, with the vault at {machine.Place}.");
            return new VaultChoice(machine.Place.Folder, null, IsThere: true);
        }

        asking.Tell(
            "", "The vault is where the backups are kept, encrypted. Best on another disk or another machine.",
            "  Name a folder for it, or the file NAME.vaultCredentials of a vault that is served to many machines.");
        while (true)
        {
            var vault = await asking.UntilAsync("Folder or file", asking.Invocation.Home.DefaultVaultFolder, Read);
            if (!await IsMeantAsync(vault)) continue;
            if (!EndsAnother(vault) || await asking.AgreesAsync(
                "A registration with another vault was begun here and waits. Give it up, and its keys?",
                isUsual: false)) return vault;
        }
    }

    // A slip of the pen, or a disk that is not mounted, would make a vault where nobody looks for it.
    private async Task<bool> IsMeantAsync(VaultChoice vault)
    {
        if (vault.Folder is not { } folder || vault.IsThere) return true;
        asking.Tell($"  The vault will be made in {folder}");
        string above = Path.GetDirectoryName(folder) ?? "/";
        bool isExpected = folder == asking.Invocation.Home.DefaultVaultFolder
            || !SystemPaths.Stat(Encoding.UTF8.GetBytes(above), out _).IsError;
        return isExpected || await asking.AgreesAsync(
            $"{above} does not exist. Is its disk mounted? Make the folder on this one, with all above it?",
            isUsual: false);
    }

    // `coffer register` goes on with what waits; for another vault its keys would be overwritten.
    private bool EndsAnother(VaultChoice vault)
    {
        var home = asking.Invocation.Home;
        if (vault.Folder is null || !home.IsRegistering()) return false;
        return EmbeddedVault.Identify(vault.Folder) is not { } there || !home.IsRegistering(there.Id);
    }

    /// <returns>Null where none is needed: the machine has one, or is asked for an older one.</returns>
    public async Task<PassphraseChoice?> PassphraseAsync(VaultChoice vault)
    {
        if (vault.IsThere) return null;
        string home = asking.Invocation.Home.PassphraseFile;
        asking.Tell(
            "", "The passphrase opens the backups. Whoever has it can read them; without it nobody can, and nobody can"
            + " make a new one.",
            $"  1  make one, and keep it in {home} until you move it elsewhere",
            "  2  make one, and write it to another file: on a USB stick, say",
            "  3  type one now",
            "  4  read the one that a file holds");
        return await asking.UntilAsync("1 to 4", "1", Choice) switch
        {
            1 => PassphraseChoice.MadeInHome,
            2 => new PassphraseChoice(await asking.UntilAsync("File to write", "", NewFile), true, null),
            3 => new PassphraseChoice(null, false, await asking.UntilAsync(
                () => PassphraseInput.ReadNew(asking.Invocation, null))),
            _ => new PassphraseChoice(await asking.UntilAsync("File to read", "", HeldFile), false, null),
        };
    }

    private static VaultChoice Read(string typed)
    {
        string path = Path.GetFullPath(TypedWords.Path(typed));
        if (path.EndsWith(CredentialsFile.Extension, StringComparison.Ordinal))
        {
            _ = CredentialsReader.Read(path);
            return new VaultChoice(null, path, IsThere: false);
        }

        return EmbeddedVault.Look(path) switch
        {
            VaultFolderKind.Other => throw FaultException.Refused("vault.not-empty",
                $"{path} holds other things, so no vault is made in it.", "Name an empty or a new folder."),
            VaultFolderKind.Vault => new VaultChoice(path, null, IsThere: true),
            _ => new VaultChoice(path, null, IsThere: false),
        };
    }

    private static int Choice(string typed) => typed is ['1' or '2' or '3' or '4']
        ? typed[0] - '0'
        : throw FaultException.Usage("value.wrong", "That is none of them.", "Type 1, 2, 3 or 4.");

    private string NewFile(string typed)
    {
        string file = Path.GetFullPath(TypedWords.Path(Named(typed)));
        byte[] bytes = Encoding.UTF8.GetBytes(file);
        if (!SystemPaths.Stat(bytes, out _).IsError)
            throw FaultException.Refused("secret.exists", $"{file} is there already.", "Name one that is not.");
        if (SystemPaths.ResolveParent(bytes, out byte[] place).IsError)
            throw FaultException.Usage("path.missing", $"The folder of {file} is not there.", "Name one that is.");
        if (MountTable.Read().Of(place).Class == MountClass.Local)
            asking.Tell($"  {file} lies on a disk of this machine: move it off as soon as you can.");
        return file;
    }

    private static string HeldFile(string typed)
    {
        string file = Path.GetFullPath(TypedWords.Path(Named(typed)));
        return PassphraseRules.Broken(PassphraseInput.FromFile(file)) is { } broken
            ? throw new FaultException(broken)
            : file;
    }

    private static string Named(string typed) => typed.Length > 0
        ? typed
        : throw FaultException.Usage("path.empty", "A path is empty.", "Name a file.");
}
