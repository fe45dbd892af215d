using Coffer.FileSystem.Secrets;

namespace Coffer.Server.Hosting;

/// <summary>
/// What a service keeps beside its vault, in <c>service/</c> of the data folder: its certificate and key, and the
/// socket for the console of whoever owns the folder. For its owner alone.
/// </summary>
internal sealed class ServiceFolder
{
    public ServiceFolder(string data)
    {
        Data = Path.GetFullPath(data);
        Folder = Path.Combine(Data, "service");
    }

    public string Data { get; }

    public string Folder { get; }

    public string ConsoleSocket => Path.Combine(Folder, "console-socket");

    private string VaultsFolder => Path.Combine(Folder, "vaults");

    /// <summary>Where the vault of a name lies, or would; the first one's is the data folder itself.</summary>
    public string VaultFolder(string name) => Path.Combine(VaultsFolder, name);

    /// <summary>The folders of all vaults but the first.</summary>
    public IEnumerable<string> Vaults() => PrivateFolder.FoldersIn(VaultsFolder);

    public void Prepare() => PrivateFolder.Ensure(Folder);

    /// <summary>Removes the one that a killed service left.</summary>
    public void ClearSocket() => SecretFile.Remove(ConsoleSocket);
}
