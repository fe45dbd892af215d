using System.Text;
using Coffer.Agent.Homes;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Antivirus;

/// <summary>What a machine does for Coffer, and where it does it.</summary>
internal static class MachineRoles
{
    public const string Agent = "agent", Vault = "vault", BackupServer = "backup-server";

    /// <param name="role">Null: an agent, and a vault where one lies in a folder here or is named.</param>
    /// <param name="data">The folder of a served vault; null where none was named.</param>
    public static ScannerExclusions Exclusions(AgentHome home, string? role, string? data)
    {
        data ??= Environment.GetEnvironmentVariable("COFFER_VAULT_DATA") is { Length: > 0 } set ? set : null;
        string? embedded = role is null or Agent ? home.ReadMachine()?.Place.Folder : null;
        bool isAgent = role is not Vault, isVault = role is Vault or BackupServer || data is not null;
        string program = Environment.ProcessPath ?? AppContext.BaseDirectory;
        var folders = new List<Exclusion> { new(Real(InstallFolder(program)), "Coffer's programs") };
        if (isAgent) folders.Add(new(Real(home.CacheFolder), "the agent's cache folder"));
        if (embedded is not null) folders.Add(new(Real(embedded), "the vault: sealed, nothing in it can be scanned"));
        if (data is not null)
            folders.Add(new(Real(Path.GetFullPath(data)), "the vault: sealed, nothing in it can be scanned"));
        var processes = new List<Exclusion>();
        if (isAgent) processes.Add(new(Real(program), "the agent, and the command"));
        if (isVault) processes.Add(new(Real(VaultProgram(program)), "the vault's service"));
        return ScannerExclusions.Of(folders, processes);
    }

    private static string InstallFolder(string program) => BuildFolder ?? Path.GetDirectoryName(program) ?? program;

    private static string VaultProgram(string program) => BuildFolder is { } build
        ? Path.Combine(build, "vault", "current", "coffer-vault")
        : Path.Combine(
            Path.GetDirectoryName(program) ?? "/", OperatingSystem.IsWindows() ? "coffer-vault.exe" : "coffer-vault");

    /// <summary>Of a checkout, where each build has a folder of its own; null where it is installed.</summary>
    private static string? BuildFolder =>
        Environment.GetEnvironmentVariable("COFFER_LAUNCHER") is { Length: > 0 } launcher
            ? Path.Combine(Path.GetDirectoryName(launcher)!, ".build")
            : null;

    private static string Real(string path) =>
        SystemPaths.Resolve(Encoding.UTF8.GetBytes(path), out byte[] real).IsError
            ? path
            : Encoding.UTF8.GetString(real);
}
