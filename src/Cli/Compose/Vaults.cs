using System.Security.Cryptography;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Spooling;
using Coffer.Vault;
using Coffer.Vault.Recovering;

namespace Coffer.Cli.Compose;

/// <summary>Opens embedded vaults with what the engine needs of this machine.</summary>
internal static class Vaults
{
    /// <summary>How long a command waits while another one writes; then it says who.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>As <see cref="s_patience"/>, for a served vault.</summary>
    private static readonly TimeSpan s_remotePatience = TimeSpan.FromSeconds(15);

    /// <summary>For a status: somebody looks at an empty screen.</summary>
    public static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(2);

    /// <summary>Product, retry rule: a run that moves nothing for so long has failed.</summary>
    public static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(30);

    /// <summary>Of a folder; stopping the command stops it, unless another token is given.</summary>
    public static Task<EmbeddedVault> OpenForWritingAsync(
        Invocation invocation, string folder, string purpose, CancellationToken? cancellationToken = null) =>
        EmbeddedVault.OpenAsync(folder, Options(invocation, VaultAccess.Exclusive, purpose),
            cancellationToken ?? invocation.Cancellation);

    /// <summary>The registered machine's vault, wherever it is, to change something in it.</summary>
    /// <param name="pin">For the one operation that it is opened for; null where none was given.</param>
    public static async Task<IVault> ForWritingAsync(
        Invocation invocation, MachineRegistration machine, string purpose, string? pin = null) =>
        machine.Place.Service is { } service
            ? Remote(invocation, service, machine, s_remotePatience, pin: pin)
            : await OpenForWritingAsync(invocation, machine.Place.Folder!, purpose);

    /// <summary>
    /// The same, for a backup; the caller holds the job's lock. The spool is opened by the first pack: a cache that
    /// cannot be used is told by the job, which the vault hears of.
    /// </summary>
    /// <param name="watch">Hears how the line to a served vault does.</param>
    public static async Task<IVault> ForBackupAsync(
        Invocation invocation, MachineRegistration machine, LineWatch watch) =>
        machine.Place.Service is { } service
            ? Remote(invocation, service, machine, LongPatience, new Lazy<SpoolFolder>(invocation.Home.OpenSpool),
                watch: watch)
            : await OpenForWritingAsync(invocation, machine.Place.Folder!, "coffer backup");

    /// <summary>A served vault, to be asked now and then: what fails is not tried again by itself.</summary>
    public static RemoteVault ForRequests(Invocation invocation, MachineRegistration machine) =>
        Remote(invocation, machine.Place.Service!, machine, TimeSpan.Zero);

    /// <inheritdoc cref="ForWritingAsync"/>
    /// <param name="patience">How long a served vault may be away; null for as long as a person waits.</param>
    public static async Task<IVault> ForReadingAsync(
        Invocation invocation, MachineRegistration machine, string purpose, TimeSpan? patience = null) =>
        machine.Place.Service is { } service
            ? Remote(invocation, service, machine, patience ?? s_remotePatience)
            : await OpenForReadingAsync(invocation, machine.Place.Folder!, purpose);

    /// <summary>The folder that <c>--vault</c> names, or this machine's vault; no key of it is needed.</summary>
    /// <exception cref="FaultException"><c>vault.served</c>.</exception>
    public static string FolderOf(Invocation invocation)
    {
        if (invocation.Value(SharedOptions.Vault) is { } named) return Path.GetFullPath(named);
        var place = (invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered()).Place;
        return place.Folder ?? throw FaultException.Refused("vault.served",
            $"This machine's vault is served at {place}, and looks after itself.",
            "Ask there, with `coffer-vault`; or name the folder of another vault with --vault.");
    }

    /// <summary>Makes a vault's tables anew where they are lost or damaged.</summary>
    public static Task<RecoverReport> RecoverAsync(
        Invocation invocation, string folder, IProgress<RecoverProgress> progress)
    {
        var machine = invocation.Home.ReadMachine();
        bool isOwn = machine?.Place.Folder is { } own && Path.GetFullPath(own) == folder;
        return EmbeddedVault.RecoverAsync(
            folder, Options(invocation, VaultAccess.Exclusive, "coffer vault recover"), isOwn ? machine!.Vault : null,
            progress, invocation.Cancellation);
    }

    /// <summary>
    /// Beside a writer, who may go on; a vault that cannot be written is read from copies of its tables.
    /// </summary>
    public static async Task<EmbeddedVault> OpenForReadingAsync(Invocation invocation, string folder, string purpose)
    {
        var options = Options(invocation, VaultAccess.Shared, purpose);
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

    private static RemoteVault Remote(
        Invocation invocation, ServiceAddress service, MachineRegistration machine, TimeSpan patience,
        Lazy<SpoolFolder>? spool = null, string? pin = null, LineWatch? watch = null)
    {
        var home = invocation.Home;
        return new RemoteVault(new RemoteVaultOptions
        {
            Service = service,
            Time = invocation.Time,
            Keyspace = machine.Keyspace,
            IsOwnEnvelope = bytes =>
            {
                using var keys = home.ReadKeys(machine.Keyspace);
                return EnvelopeCheck.IsOwn(bytes, keys);
            },
            Identity = new MachineIdentity(machine.Id, message =>
            {
                using var key = home.ReadMachineKey();
                return key.SignData(
                    message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            }),
            Spool = spool is null ? null : () => spool.Value.Create(),
            Proxy = home.ReadProxy(),
            // Whoever waits so long may move much; a short question is nothing to hold back.
            Throttle = patience == LongPatience ? invocation.Throttle : null,
            Pin = pin,
            Watch = watch,
            Patience = patience,
            Followed = after => FollowedService.Remember(home, after),
        });
    }

    private static VaultOpenOptions Options(Invocation invocation, VaultAccess access, string purpose) => new()
    {
        Time = invocation.Time,
        Access = access,
        WaitLimit = s_patience,
        Purpose = purpose,
        Clock = new MachineClock(MachineFacts.BootId, static () => MachineFacts.BootClock),
    };
}
