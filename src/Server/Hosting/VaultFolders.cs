using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Vault;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>
/// Where a service's vaults lie: the first is the data folder itself, each other one has a folder below
/// <c>service/vaults</c> under its name. Each is whole by itself, with its own people, switches and audit log, and can
/// be taken out and served alone.
/// </summary>
internal sealed class VaultFolders(ServiceFolder folder, VaultOpenOptions options, ServicePins pins)
{
    private const int MaxName = 64;

    // One at a time: two of one name would both find that there is none.
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Makes the first vault where there is none, and the folder for what a service keeps beside it.</summary>
    public static void MakeFirst(ServiceFolder folder, TimeProvider time)
    {
        if (EmbeddedVault.Look(folder.Data) is VaultFolderKind.Absent or VaultFolderKind.Empty)
            EmbeddedVault.Create(folder.Data, "default", time);
        folder.Prepare();
    }

    public async Task<ServedVaults> OpenAllAsync(CancellationToken cancellationToken)
    {
        var opened = new List<ServedVault>();
        try
        {
            opened.Add(await OpenAsync(folder.Data, cancellationToken));
            foreach (string other in folder.Vaults()) opened.Add(await OpenAsync(other, cancellationToken));
            return new ServedVaults(opened);
        }
        catch
        {
            foreach (var vault in opened) await vault.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="FaultException"><c>vault.name</c>, <c>vault.exists</c>, faults of the disk.</exception>
    public async Task<ServedVault> CreateAsync(ServedVaults vaults, string name, CancellationToken cancellationToken)
    {
        RequireName(name);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (vaults.All.Any(vault => string.Equals(vault.Name, name, StringComparison.OrdinalIgnoreCase)))
                throw FaultException.Usage("vault.exists", $"The service keeps a vault named {name} already.",
                    "Choose another name.");
            string path = folder.VaultFolder(name);
            PrivateFolder.Ensure(Path.GetDirectoryName(path)!);
            EmbeddedVault.Create(path, name, options.Time);
            var made = await OpenAsync(path, cancellationToken);
            vaults.Add(made);
            return made;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a vault that holds nothing any more, and removes its folder.</summary>
    /// <exception cref="FaultException"><c>vault.first</c>, <c>vault.in-use</c>.</exception>
    public async Task DeleteAsync(ServedVaults vaults, ServedVault vault, CancellationToken cancellationToken)
    {
        if (vault == vaults.All[0])
            throw FaultException.Refused("vault.first", "The first vault is the data folder itself.",
                "Stop the service and remove the folder, if that is what you want.");
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (vault.InTheWay() is { } what)
                throw FaultException.Refused("vault.in-use", $"The vault {vault.Name} holds {what}.",
                    "Unregister the servers, and wait until what is deleted softly is destroyed.");
            vaults.Remove(vault);
            string path = vault.Folder; // as it was opened: the name within could be any
            await vault.DisposeAsync();
            PrivateFolder.Remove(path);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Task<ServedVault> OpenAsync(string path, CancellationToken cancellationToken) =>
        ServedVault.OpenAsync(path, pins, options, cancellationToken);

    // It becomes the name of a folder.
    private static void RequireName(string name)
    {
        bool isRight = name.Length is > 0 and <= MaxName && char.IsAsciiLetterOrDigit(name[0])
            && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.');
        if (!isRight)
            throw FaultException.Usage("vault.name", $"'{name}' cannot be a vault's name.",
                $"Use up to {MaxName} letters, digits, hyphens, underscores and dots, the first a letter or a digit.");
    }
}
