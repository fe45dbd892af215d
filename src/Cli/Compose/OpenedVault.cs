using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Sealing.Keys;

namespace Coffer.Cli.Compose;

/// <summary>A vault with the keys to one keyspace of it.</summary>
/// <param name="Machine">Null where the passphrase alone opened it.</param>
internal sealed record OpenedVault(IVault Vault, KeyspaceKeys Keys, MachineRegistration? Machine) : IAsyncDisposable
{
    /// <summary>By which another server's points are read; null otherwise.</summary>
    private GrantOpening? Grant { get; init; }

    /// <summary>Whose points were asked for, where not this machine's: a name or an id.</summary>
    public string? Server { get; private init; }

    /// <summary>Another machine of the same keyspace, whose points were asked for; null otherwise.</summary>
    public MachineId? Member { get; private init; }

    /// <summary>The points that this command is about.</summary>
    public PointFilter Points => (Member ?? Machine?.Id) is { } machine
        ? new PointFilter(Machine: machine)
        : new PointFilter(Keyspace: Grant is null ? Keys.Keyspace : null, Machine: Grant?.Server);

    /// <summary>The registered machine's vault, to change something in it.</summary>
    public static async Task<OpenedVault> ForWritingAsync(
        Invocation invocation, MachineRegistration machine, string purpose, string? pin = null)
    {
        var vault = await Vaults.ForWritingAsync(invocation, machine, purpose, pin);
        return await WithKeysAsync(vault, () => Task.FromResult(invocation.Home.ReadKeys(machine.Keyspace)), machine);
    }

    /// <summary>The same, for a backup; the caller holds the job's lock.</summary>
    /// <param name="watch">Hears how the line to a served vault does.</param>
    public static async Task<OpenedVault> ForBackupAsync(
        Invocation invocation, MachineRegistration machine, LineWatch watch)
    {
        var vault = await Vaults.ForBackupAsync(invocation, machine, watch);
        return await WithKeysAsync(vault, () => Task.FromResult(invocation.Home.ReadKeys(machine.Keyspace)), machine);
    }

    /// <summary>
    /// The vault that <c>--vault</c> names, or this machine's. Its keys come from the home where this machine is
    /// registered in it and no passphrase is given, else from the passphrase.
    /// </summary>
    public static async Task<OpenedVault> ForReadingAsync(Invocation invocation, string purpose)
    {
        if (invocation.Value(SharedOptions.Credentials) is { } credentials)
            return await ByGrantAsync(invocation, credentials);
        var machine = invocation.Home.ReadMachine();
        string? named = invocation.Value(SharedOptions.Vault);
        var vault = named is not null
            ? await Vaults.OpenForReadingAsync(invocation, Path.GetFullPath(named), purpose)
            : await Vaults.ForReadingAsync(invocation, machine ?? throw Unregistered(), purpose, Vaults.LongPatience);
        bool isOwn = machine?.Vault == vault.Description.Id && invocation.Value(SharedOptions.PassphraseFile) is null;
        var opened = isOwn
            ? await WithKeysAsync(vault, () => Task.FromResult(invocation.Home.ReadKeys(machine!.Keyspace)), machine)
            : await WithKeysAsync(vault, () => KeyOpening.OpenAnyAsync(
                vault, PassphraseInput.ReadKnown(invocation, "Passphrase: "), invocation.Cancellation), null);
        return invocation.Value(SharedOptions.Server) is { } server
            ? await OfMemberAsync(invocation, opened, server)
            : opened;
    }

    /// <summary>Another machine's points, of the keyspace that was opened.</summary>
    private static async Task<OpenedVault> OfMemberAsync(Invocation invocation, OpenedVault opened, string server)
    {
        try
        {
            var servers = await opened.Vault.ListServersAsync(invocation.Cancellation);
            var member = Members.Named(servers, opened.Keys.Keyspace, server);
            return member.Id == opened.Machine?.Id ? opened : opened with { Member = member.Id, Server = server };
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    private static async Task<OpenedVault> ByGrantAsync(Invocation invocation, string credentials)
    {
        string server = invocation.Value(SharedOptions.Server) ?? throw FaultException.Usage("server.needed",
            "--credentials needs --server: whose points are to be read.", "Give --server NAME, or its id.");
        var grant = await GrantOpening.OpenAsync(
            CredentialsReader.Read(credentials), server,
            PassphraseInput.ReadKnown(invocation, $"Passphrase of {server}: "),
            new GrantLine(invocation.Home.ReadProxy(), invocation.Time, Vaults.LongPatience, invocation.Throttle),
            invocation.Cancellation);
        return new OpenedVault(grant.Vault, grant.Keys, null) { Grant = grant, Server = server };
    }

    public static FaultException Unregistered() => FaultException.Usage("machine.unregistered",
        "This machine protects nothing yet: its home holds no registration.",
        "Begin with `coffer protect FOLDER`; to read a vault without registering, give --vault FOLDER.");

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        await Vault.DisposeAsync();
        Grant?.Dispose();
    }

    private static async Task<OpenedVault> WithKeysAsync(
        IVault vault, Func<Task<KeyspaceKeys>> keys, MachineRegistration? machine)
    {
        try
        {
            return new OpenedVault(vault, await keys(), machine);
        }
        catch
        {
            await vault.DisposeAsync();
            throw;
        }
    }
}
