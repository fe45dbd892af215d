using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Commands.Passphrases;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Commands.Registration;

/// <summary>
/// <c>coffer register FILE</c>: makes this machine known to a served vault. One that is known there already takes only
/// the address and the certificate from the file.
/// </summary>
internal sealed class RegisterCommand : CofferCommand
{
    /// <summary>As the vault's own: beyond it no sign-in is taken.</summary>
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMinutes(10);

    private readonly Argument<string> _file = new("FILE")
    {
        Description = $"The credentials file that the vault made, {CredentialsFile.Extension}",
    };

    private readonly Option<bool> _new = new("--new")
    {
        Description = "Join as a new server, though the vault knows one of this name",
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        Description = $"Reach the vault through this HTTP proxy, now and from now on; {ProxyInput.None}: straight",
        HelpName = "URL",
    };

    private readonly Option<string?> _proxyUser = new("--proxy-user")
    {
        Description = "The user that the proxy wants",
        HelpName = "USER",
    };

    private readonly Option<string?> _proxyPasswordFile = new("--proxy-password-file")
    {
        Description = "Read that user's password from this file; - is standard input",
        HelpName = "FILE",
    };

    public RegisterCommand()
        : base("register", "Register this machine with a served vault",
            "coffer register office.vaultCredentials",
            "coffer register office.vaultCredentials --passphrase-file pass.txt --json",
            "coffer register office.vaultCredentials --proxy http://proxy.example:3128")
    {
        Add(_file);
        Add(SharedOptions.PassphraseFile);
        Add(_new);
        Add(_proxy);
        Add(_proxyUser);
        Add(_proxyPasswordFile);
        Validators.Add(result =>
        {
            bool isOfProxy = result.GetValue(_proxyUser) is not null || result.GetValue(_proxyPasswordFile) is not null;
            if (isOfProxy && result.GetValue(_proxy) is null)
                result.AddError("--proxy-user and --proxy-password-file need --proxy.");
        });
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var credentials = CredentialsReader.Read(invocation.Value(_file)!);
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        bool isProxyGiven = invocation.Value(_proxy) is not null;
        var proxy = isProxyGiven ? GivenProxy(invocation) : invocation.Home.ReadProxy();
        await using var vault = new RemoteVault(new RemoteVaultOptions
        {
            Service = CredentialsReader.ServiceOf(credentials),
            RegistrationSecret = credentials.Secret,
            Proxy = proxy,
        });
        await RequireRightVaultAsync(invocation, vault, credentials);
        if (isProxyGiven) invocation.Home.WriteProxy(proxy); // the vault has answered through it
        return invocation.Home.ReadMachine() is { } known
            ? Follow(invocation, known, credentials)
            : await RegisterAsync(invocation, vault, credentials);
    }

    private VaultProxy? GivenProxy(Invocation invocation) => ProxyInput.Of(
        invocation.Value(_proxy)!, invocation.Value(_proxyUser), invocation.Value(_proxyPasswordFile));

    private static async Task RequireRightVaultAsync(
        Invocation invocation, RemoteVault vault, CredentialsFile credentials)
    {
        var greeting = await vault.GreetAsync(invocation.Cancellation);
        if (greeting.Id != credentials.Vault)
            throw FaultException.Refused("vault.other", $"Another vault answers at {credentials.Address}.",
                "Get a new credentials file from the vault's administrator.");
        var off = invocation.Time.GetUtcNow() - greeting.Time;
        if (off.Duration() > s_clockTolerance)
            throw FaultException.Refused("machine.clock",
                $"This machine's clock and the vault's differ by {off.Duration().TotalMinutes:0} minutes.",
                "Set the right time on both and register again.");
    }

    private static Outcome Follow(Invocation invocation, MachineRegistration known, CredentialsFile credentials)
    {
        if (known.Vault != credentials.Vault)
            throw FaultException.Refused("machine.registered",
                $"This machine is registered already, with another vault, at {known.Place}.",
                "Use another --home to register with a second vault.");
        var moved = known with { Place = VaultPlace.Of(CredentialsReader.ServiceOf(credentials)) };
        invocation.Home.WriteMachine(moved);
        invocation.Printer.Line($"This machine is registered already; its vault is remembered at {moved.Place}.");
        return new Outcome(ExitCode.Completed, json => Write(json, moved));
    }

    private async Task<Outcome> RegisterAsync(Invocation invocation, RemoteVault vault, CredentialsFile credentials)
    {
        string name = MachineFacts.HostName;
        bool mayJoin = invocation.Value(_new) || invocation.Home.IsRegistering(credentials.Vault);
        if (!mayJoin && (await vault.FindServersAsync(name, invocation.Cancellation)) is [var known, ..])
            throw FaultException.Usage("register.known",
                $"The vault knows a server {name} already ({known.Id}, since {known.RegisteredAt:yyyy-MM-dd}).",
                "If this is another machine of that name, or is to begin anew, give --new.");
        var (passphrase, isMade) = NewPassphrase.Take(invocation);
        var machine = await new Registrar(invocation.Home, vault, invocation.Time).RegisterAsync(
            name, passphrase, VaultPlace.Of(CredentialsReader.ServiceOf(credentials)), invocation.Cancellation);
        var printer = invocation.Printer;
        printer.Line($"Registered this machine as {machine.Name} ({machine.Id})"
            + $" with the vault {credentials.VaultName} at {credentials.Address}");
        if (isMade) PassphraseWords.Saved(printer, invocation.Home.PassphraseFile);
        printer.Line("`coffer protect FOLDER` selects what to back up, and takes the first backup.");
        return new Outcome(ExitCode.Completed, json =>
        {
            Write(json, machine);
            if (isMade) json.WriteString("passphraseFile"u8, invocation.Home.PassphraseFile);
        });
    }

    private static void Write(System.Text.Json.Utf8JsonWriter json, MachineRegistration machine)
    {
        json.WriteString("machine"u8, machine.Id.ToString());
        json.WriteString("name"u8, machine.Name);
        json.WriteString("vault"u8, machine.Place.ToString());
        json.WriteString("vaultId"u8, machine.Vault.ToString());
    }
}
