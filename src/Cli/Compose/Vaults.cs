using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.Vault;
using Coffer.Vault.Recovering;

namespace Coffer.Cli.Compose;

/// <summary>Opens embedded vaults with what the engine needs of this machine.</summary>
internal static class Vaults
{
    /// <summary>How long a command waits while another one writes; then it says who.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static Task<EmbeddedVault> OpenForWritingAsync(
        string folder, string purpose, CancellationToken cancellationToken) =>
        EmbeddedVault.OpenAsync(folder, Options(VaultAccess.Exclusive, purpose), cancellationToken);

    /// <summary>The vault that <c>--vault</c> names, or this machine's; no key of it is needed.</summary>
    public static string FolderOf(Invocation invocation) =>
        invocation.Value(SharedOptions.Vault) is { } named
            ? Path.GetFullPath(named)
            : (invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered()).VaultFolder;

    /// <summary>Makes a vault's tables anew where they are lost or damaged.</summary>
    public static Task<RecoverReport> RecoverAsync(
        Invocation invocation, string folder, IProgress<RecoverProgress> progress)
    {
        var machine = invocation.Home.ReadMachine();
        bool isOwn = machine is not null && Path.GetFullPath(machine.VaultFolder) == folder;
        return EmbeddedVault.RecoverAsync(
            folder, Options(VaultAccess.Exclusive, "coffer vault recover"), isOwn ? machine!.Vault : null, progress,
            invocation.Cancellation);
    }

    /// <summary>
    /// Beside a writer, who may go on; a vault that cannot be written is read from copies of its tables.
    /// </summary>
    public static async Task<EmbeddedVault> OpenForReadingAsync(Invocation invocation, string folder, string purpose)
    {
        var options = Options(VaultAccess.Shared, purpose);
        try
        {
            return await EmbeddedVault.OpenAsync(folder, options, invocation.Cancellation);
        }
        catch (FaultException e) when (IsReadable(e.Fault.Code))
        {
            var vault = await EmbeddedVault.OpenReadOnlyAsync(folder, options, invocation.Cancellation);

            // Told by every command: the next backup will fail for it.
            if (e.Fault.Code is "vault.damaged" or "vault.behind") invocation.Printer.Remark(e.Fault);
            return vault;
        }
    }

    /// <summary>What stands in the way of writing only. On a full disk no reader can open the tables either.</summary>
    private static bool IsReadable(string code) =>
        code is "store.read-only" or "store.denied" or "store.full" or "store.quota" or "store.owner"
            or "vault.damaged" or "vault.behind";

    private static VaultOpenOptions Options(VaultAccess access, string purpose) => new()
    {
        Access = access,
        WaitLimit = s_patience,
        Purpose = purpose,
        Clock = new MachineClock(MachineFacts.BootId, static () => MachineFacts.BootClock),
    };
}
