using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.FileSystem.Machines;
using Coffer.Vault;

namespace Coffer.Cli.Compose;

/// <param name="IsVaultNew">An empty vault was made.</param>
/// <param name="IsNew">Registered now, as a new server or by adopting one.</param>
/// <param name="IsPassphraseMade">A passphrase was generated and lies in the home.</param>
internal sealed record Membership(MachineRegistration Machine, bool IsVaultNew, bool IsNew, bool IsPassphraseMade);

/// <summary>
/// Makes this machine a member of a vault, or follows a vault that was moved. The caller holds the home's lock.
/// </summary>
/// <param name="folder">
/// The vault's folder as asked for; null: where it is now, or in the home, unless a registration was begun elsewhere.
/// </param>
/// <param name="adopt">The server to go on as, by name or id.</param>
/// <param name="isNew">A new server, whoever else is in the vault.</param>
internal sealed class FirstUse(Invocation invocation, string? folder, string? adopt, bool isNew)
{
    private readonly AgentHome _home = invocation.Home;

    public async Task<Membership> EnsureAsync()
    {
        if (_home.ReadMachine() is { } known)
        {
            var member = await FollowAsync(known);
            await RequireRightPassphraseAsync(member.Machine);
            return member;
        }

        string place = folder ?? _home.DefaultVaultFolder;
        bool isVault = EmbeddedVault.Look(place) == VaultFolderKind.Vault;
        if (!isVault && folder is null && _home.IsRegistering()) throw BegunElsewhere();
        bool isOpen = isVault && adopt is null && !isNew && !invocation.Printer.CanAsk;
        if (isOpen && await UndecidedAsync(place) is { } undecided) throw undecided;
        if (!isVault && adopt is not null)
            throw FaultException.Usage("adopt.no-vault", $"There is no vault at {place} with a server to adopt.",
                "Give --vault the folder of the vault that knows the server.");

        var (passphrase, isMade) = isVault ? (null, false) : NewPassphrase.Take(invocation);
        if (!isVault) EmbeddedVault.Create(place, "default", invocation.Time);
        await using var vault = await Vaults.OpenForWritingAsync(invocation, place, "coffer protect");
        if (folder is null && _home.IsRegistering() && !_home.IsRegistering(vault.Description.Id))
            throw BegunElsewhere();
        var server = isVault && !isNew ? await ChooseAsync(vault) : null;
        var registrar = new Registrar(_home, vault, invocation.Time);
        if (server is not null)
        {
            string old = PassphraseInput.ReadKnown(invocation, $"Passphrase of {server.Name}: ");
            var adopted = await registrar.AdoptAsync(
                server, MachineFacts.HostName, old, VaultPlace.Of(vault.Description.Place), invocation.Cancellation);
            return new Membership(adopted, false, true, false);
        }

        if (passphrase is null) (passphrase, isMade) = NewPassphrase.Take(invocation);
        var machine = await registrar.RegisterAsync(
            MachineFacts.HostName, passphrase, VaultPlace.Of(vault.Description.Place), invocation.Cancellation);
        return new Membership(machine, !isVault, true, isMade);
    }

    // A vault nobody asked for would be made here, and the keys of what was begun be overwritten.
    private FaultException BegunElsewhere() => FaultException.Refused("registration.begun",
        "A registration with another vault was begun here and has not come to its end.",
        "`coffer register FILE` again goes on with it. To back up to a vault on this machine instead, say where:"
        + $" `coffer protect PATH --vault {_home.DefaultVaultFolder}`.");

    /// <summary>A registered machine: its vault, or the same vault in another place.</summary>
    private async Task<Membership> FollowAsync(MachineRegistration machine)
    {
        if (adopt is not null || isNew)
            throw FaultException.Refused("machine.registered",
                $"This machine is registered already, in the vault at {machine.Place}.",
                "Leave --adopt and --new out; another --home makes another machine.");
        if (folder is null || Path.GetFullPath(folder) == machine.Place.Folder)
            return new Membership(machine, false, false, false);
        if (machine.Place.Folder is null || EmbeddedVault.Look(folder) != VaultFolderKind.Vault)
            throw FaultException.Refused("vault.elsewhere",
                $"This machine's vault lies at {machine.Place}; {folder} holds none.",
                "To move the vault, copy its whole folder there first, then give --vault again.");
        await using var vault = await Vaults.OpenForReadingAsync(invocation, folder, "coffer protect");
        if (vault.Description.Id != machine.Vault)
            throw FaultException.Refused("vault.other",
                $"{folder} is another vault than the one at {machine.Place},"
                    + " in which this machine is registered.",
                "Use another --home to register in a second vault.");
        var moved = machine with { Place = VaultPlace.Of(vault.Description.Place) };
        _home.WriteMachine(moved);
        invocation.Printer.Line($"The vault is remembered at its new place, {moved.Place}.");
        return new Membership(moved, false, false, false);
    }

    /// <summary>A passphrase that is given must not be taken for the one in force, where it is another.</summary>
    private async Task RequireRightPassphraseAsync(MachineRegistration machine)
    {
        if (invocation.Value(SharedOptions.PassphraseFile) is null) return;
        string given = PassphraseInput.ReadKnown(invocation, "");
        await using var vault = await Vaults.ForReadingAsync(invocation, machine, "coffer protect");
        try
        {
            (await KeyOpening.OpenAsync(vault, machine.Keyspace, given, invocation.Cancellation)).Dispose();
        }
        catch (FaultException e) when (e.Fault.Code == "passphrase.wrong")
        {
            throw FaultException.Usage("passphrase.wrong",
                "This machine is registered already, with another passphrase than the one given.",
                "Leave --passphrase-file out; `coffer passphrase change` gives its data another one.", e);
        }
    }

    /// <summary>Null where there is nothing to decide: the vault is new, and its first use was cut off.</summary>
    private async Task<FaultException?> UndecidedAsync(string place)
    {
        await using var vault = await Vaults.OpenForReadingAsync(invocation, place, "coffer protect");
        var servers = await vault.ListServersAsync(invocation.Cancellation);
        if (servers.Count == 0 || _home.IsRegistering(vault.Description.Id)) return null;
        string names = string.Join(", ", servers.Select(server => $"{server.Name} ({server.Id})"));
        return FaultException.Usage("vault.undecided",
            $"{place} holds a vault already; its servers: {names}.",
            "Give --adopt SERVER to go on as one of them (needs its passphrase), or --new to join as a new server.");
    }

    /// <summary>The server to go on as; null for a new one.</summary>
    private async Task<ServerDescription?> ChooseAsync(IVault vault)
    {
        var servers = await vault.ListServersAsync(invocation.Cancellation);
        if (adopt is not null) return Named(servers, adopt);
        if (servers.Count == 0 || _home.IsRegistering(vault.Description.Id)) return null;
        Console.Error.WriteLine($"{vault.Description.Place} holds a vault already. Its servers:");
        foreach (var server in servers) Console.Error.WriteLine($"  {server.Name}  {server.Id}");
        string answer = await Question.AskAsync(
            invocation, "Name the one to go on as (needs its passphrase), or type new") ?? "";
        return answer == "new" ? null : Named(servers, answer);
    }

    private static ServerDescription Named(IReadOnlyList<ServerDescription> servers, string named)
    {
        var found = servers.Where(s => s.Name == named || s.Id.ToString() == named).ToList();
        return found.Count == 1 ? found[0] : throw FaultException.Usage("adopt.server",
            $"The vault knows {(found.Count == 0 ? "no server" : $"{found.Count} servers")} '{named}'.",
            "Its servers: " + string.Join(", ", servers.Select(s => $"{s.Name} ({s.Id})")) + ".");
    }
}
