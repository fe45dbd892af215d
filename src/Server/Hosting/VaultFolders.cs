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

    /// <summary>For those who are in a vault that is to be deleted: longer than a slice of its upkeep.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

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
        await vaults.Turn.WaitAsync(cancellationToken);
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
            vaults.Turn.Release();
        }
    }

    /// <summary>
    /// Ends a vault that holds nothing any more, and removes its folder: once nobody can enter it, and all that were in
    /// it have left.
    /// </summary>
    /// <exception cref="FaultException"><c>vault.first</c>, <c>vault.in-use</c>, <c>vault.unknown</c>.</exception>
    public async Task DeleteAsync(ServedVaults vaults, ServedVault vault, CancellationToken cancellationToken)
    {
        if (vault == vaults.All[0])
            throw FaultException.Refused("vault.first", "The first vault is the data folder itself.",
                "Stop the service and remove the folder, if that is what you want.");
        await vaults.Turn.WaitAsync(cancellationToken);
        try
        {
            _ = vaults.Find($"{vault.Id}"); // another may have deleted it meanwhile
            RequireEmpty(vault); // before anybody is turned away from it
            await TakeOutAsync(vaults, vault);
            string path = vault.Folder; // as it was opened: the name within could be any
            await vault.DisposeAsync();
            PrivateFolder.Remove(path);
        }
        finally
        {
            vaults.Turn.Release();
        }
    }

    // Who was in it may have registered a machine: what is in the way is looked for again when all have left.
    private async Task TakeOutAsync(ServedVaults vaults, ServedVault vault)
    {
        var taken = vaults.TakeOut(vault);
        try
        {
            await taken.InFlight.WaitForNoneAsync().WaitAsync(s_patience, options.Time, options.Stopping);
            RequireEmpty(vault);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or FaultException)
        {
            vaults.PutBack(taken);
            if (e is FaultException) throw;
            throw FaultException.Failed("vault.in-use", $"Somebody still works in the vault {vault.Name}.",
                "Try again when that has ended.", e);
        }
    }

    private static void RequireEmpty(ServedVault vault)
    {
        if (vault.InTheWay() is { } what)
            throw FaultException.Refused("vault.in-use", $"The vault {vault.Name} holds {what}.",
                "Unregister the servers, and wait until what is deleted softly is destroyed.");
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
