using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Commands.Passphrases;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Registration;
using Coffer.Contracts.Wire;
using Coffer.Domain.Wording;
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

    private readonly Argument<string?> _file = new("FILE")
    {
        Description = $"The credentials file that the vault made, {CredentialsFile.Extension}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _new = new("--new")
    {
        Description = "Join as a new server, though the vault knows one of this name",
    };

    private readonly Option<string?> _adopt = new("--adopt")
    {
        Description = "Go on as this server of the vault; needs its passphrase and an administrator's approval",
        HelpName = "SERVER",
    };

    private readonly Option<bool> _share = new("--share")
    {
        Description = "Let other machines join this one's keyspace: each can read and restore the others' files",
    };

    private readonly Option<bool> _trust = new("--members-trust-each-other")
    {
        Description = "With --share: what one member has sent is not sent again by another",
    };

    private readonly Option<string?> _join = new("--join")
    {
        Description = "Join the keyspace that this server of the vault shares; needs its passphrase and an"
            + " administrator's approval",
        HelpName = "SERVER",
    };

    private readonly Option<bool> _yes = new("--yes")
    {
        Description = "Do not ask before taking over another key of the vault's certificate, or sharing a keyspace",
    };

    private readonly Option<bool> _acceptOlder = new("--accept-older")
    {
        Description = "Take what the vault shows now for all it has to show, though it acknowledged more before",
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
            "coffer register office.vaultCredentials --proxy http://proxy.example:3128",
            "coffer register office.vaultCredentials --adopt web1      # after a new installation",
            "coffer register office.vaultCredentials --share --members-trust-each-other      # the first of a fleet",
            "coffer register office.vaultCredentials --join web1 --passphrase-file pass.txt      # the others",
            "coffer register --accept-older      # the vault was put back to an older state, and that is known")
    {
        Add(_file);
        Add(SharedOptions.PassphraseFile);
        Add(_new);
        Add(_adopt);
        Add(_share);
        Add(_trust);
        Add(_join);
        Add(_yes);
        Add(_acceptOlder);
        Add(_proxy);
        Add(_proxyUser);
        Add(_proxyPasswordFile);
        Validators.Add(result =>
        {
            if (result.GetValue(_acceptOlder) == result.GetValue(_file) is not null)
                result.AddError("Name either a credentials FILE, or --accept-older.");
            if (result.GetValue(_new) && result.GetValue(_adopt) is not null)
                result.AddError("--adopt and --new exclude one another.");
            int ways = (result.GetValue(_adopt) is null ? 0 : 1) + (result.GetValue(_join) is null ? 0 : 1)
                + (result.GetValue(_share) ? 1 : 0);
            if (ways > 1) result.AddError("--adopt, --join and --share exclude one another.");
            if (result.GetValue(_trust) && !result.GetValue(_share))
                result.AddError("--members-trust-each-other needs --share: who joins takes what the first one chose.");
            bool isOfProxy = result.GetValue(_proxyUser) is not null || result.GetValue(_proxyPasswordFile) is not null;
            if (isOfProxy && result.GetValue(_proxy) is null)
                result.AddError("--proxy-user and --proxy-password-file need --proxy.");
        });
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        if (invocation.Value(_acceptOlder)) return await AcceptingOlder.RunAsync(invocation);
        var credentials = CredentialsReader.Read(invocation.Value(_file)!);
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        bool isProxyGiven = invocation.Value(_proxy) is not null;
        var proxy = isProxyGiven ? GivenProxy(invocation) : invocation.Home.ReadProxy();
        await using var vault = new RemoteVault(new RemoteVaultOptions
        {
            Service = CredentialsReader.ServiceOf(credentials),
            Time = invocation.Time,
            RegistrationSecret = credentials.Secret,
            Proxy = proxy,
        });
        await RequireRightVaultAsync(invocation, vault, credentials);
        if (isProxyGiven) invocation.Home.WriteProxy(proxy); // the vault has answered through it
        if (invocation.Home.ReadMachine() is { } known)
            return invocation.Value(_adopt) is null && invocation.Value(_join) is null && !invocation.Value(_share)
                ? await Following.RunAsync(invocation, known, credentials, isMeant: invocation.Value(_yes))
                : throw FaultException.Refused("machine.registered",
                    $"This machine is registered already, as {known.Name} ({known.Id}).",
                    "Leave --adopt, --join and --share out: what a keyspace is, is said when it is made; another --home"
                    + " makes another machine.");
        // One that waits for somebody's yes goes on, whatever is left out the second time.
        bool isOther = invocation.Value(_new) || invocation.Value(_share);
        var waiting = isOther ? null : invocation.Home.ReadRequestTo(credentials.Vault);
        string? Asked(RequestKind kind) => waiting?.Kind == kind ? $"{waiting.Server}" : null;
        Requesting Of(string server) => new(invocation, vault, credentials, server, proxy);
        if (invocation.Value(_join) is null
            && (invocation.Value(_adopt) ?? Asked(RequestKind.Adoption)) is { } adopted)
            return await Of(adopted).AdoptAsync();
        if ((invocation.Value(_join) ?? Asked(RequestKind.Join)) is { } joined)
            return await Of(joined).JoinAsync(isMeant: invocation.Value(_yes));
        return await RegisterAsync(invocation, vault, credentials);
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
                $"This machine's clock and the vault's differ by"
                + $" {Counted.Of((long)Math.Round(off.Duration().TotalMinutes), "minute")}.",
                "Set the right time on both and register again.");
    }

    private async Task<Outcome> RegisterAsync(Invocation invocation, RemoteVault vault, CredentialsFile credentials)
    {
        string name = MachineFacts.HostName;
        bool mayJoin = invocation.Value(_new) || invocation.Home.IsRegistering(credentials.Vault);
        if (!mayJoin && (await vault.FindServersAsync(name, invocation.Cancellation)) is [var known, ..])
            throw FaultException.Usage("register.known",
                $"The vault knows a server {name} already ({known.Id}, since {known.RegisteredAt:yyyy-MM-dd}).",
                $"To go on as that server, give --adopt {known.Id}; if this is another machine, or is to begin anew,"
                + " --new.");
        var sharing = invocation.Value(_share) ? new SharingTerms(invocation.Value(_trust)) : null;
        if (sharing is not null
            && !await SharingConsent.GiveAsync(invocation, sharing, with: null, isMeant: invocation.Value(_yes)))
            return new Outcome(ExitCode.Cancelled);
        var (passphrase, isMade) = NewPassphrase.Take(invocation);
        var machine = await new Registrar(invocation.Home, vault, invocation.Time).RegisterAsync(
            name, passphrase, VaultPlace.Of(CredentialsReader.ServiceOf(credentials)), invocation.Cancellation,
            sharing);
        var printer = invocation.Printer;
        printer.Line($"Registered this machine as {machine.Name} ({machine.Id})"
            + $" with the vault {credentials.VaultName} at {credentials.Address}");
        if (isMade) PassphraseWords.Saved(printer, invocation.Home.PassphraseFile);
        printer.Line("`coffer protect FOLDER` selects what to back up, and takes the first backup.");
        return new Outcome(ExitCode.Completed, json =>
        {
            RegistrationJson.Write(json, machine);
            if (sharing is not null)
                json.WriteBoolean("membersTrustEachOther"u8, sharing.MembersTrustEachOther);
            if (isMade) json.WriteString("passphraseFile"u8, invocation.Home.PassphraseFile);
        });
    }
}
