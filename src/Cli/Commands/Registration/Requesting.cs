using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Commands.Registration;

/// <summary>
/// <c>coffer register FILE --adopt SERVER</c>, which asks to go on as a server that the vault knows, and
/// <c>--join SERVER</c>, which asks to become a member of the keyspace that a server shares. Either takes that server's
/// passphrase and an administrator's yes; until then the same command is simply given again.
/// </summary>
/// <param name="vault">With the file's secret; greeted already.</param>
/// <param name="server">Name or id.</param>
internal sealed class Requesting(
    Invocation invocation, RemoteVault vault, CredentialsFile credentials, string server, VaultProxy? proxy)
{
    private VaultPlace Place => VaultPlace.Of(CredentialsReader.ServiceOf(credentials));

    /// <exception cref="FaultException"><c>adoption.pending</c>, <c>passphrase.wrong</c>.</exception>
    public async Task<Outcome> AdoptAsync()
    {
        using var grant = await OpenAsync();
        await using var reading = grant.Vault;
        using var keys = grant.Keys;
        var request = Begin(RequestKind.Adoption, grant);
        var machine = await request.AdoptAsync(MachineFacts.HostName, Place, invocation.Cancellation);
        invocation.Printer.Line($"This machine goes on as {machine.Name} ({machine.Id}) with the vault"
            + $" {credentials.VaultName} at {credentials.Address}. `coffer backup` continues its chain.");
        return new Outcome(ExitCode.Completed, json =>
        {
            RegistrationJson.Write(json, machine);
            json.WriteBoolean("isAdopted"u8, true);
        });
    }

    /// <param name="isMeant">Do not ask.</param>
    /// <exception cref="FaultException"><c>join.pending</c>, <c>keyspace.private</c>, <c>passphrase.wrong</c>.
    /// </exception>
    public async Task<Outcome> JoinAsync(bool isMeant)
    {
        using var grant = await OpenAsync();
        await using var reading = grant.Vault;
        using var keys = grant.Keys;
        if (grant.Sharing is not { } terms)
            throw FaultException.Refused("keyspace.private",
                $"The keyspace of {server} is its own: no machine can join it, now or later.",
                "Register without --join. A keyspace that others may join is made by a machine that registers with"
                + " --share.");
        bool wasMeant = invocation.Home.ReadRequestTo(credentials.Vault) is { Kind: RequestKind.Join } before
            && before.Keyspace == keys.Keyspace;
        if (!await SharingConsent.GiveAsync(invocation, terms, server, isMeant || wasMeant))
            return new Outcome(ExitCode.Cancelled);
        var request = Begin(RequestKind.Join, grant);
        var machine = await request.JoinAsync(MachineFacts.HostName, Place, invocation.Cancellation);
        invocation.Printer.Line($"Registered this machine as {machine.Name} ({machine.Id}) with the vault"
            + $" {credentials.VaultName} at {credentials.Address}; it shares its keyspace with {server}.");
        invocation.Printer.Line("`coffer protect FOLDER` selects what to back up, and takes the first backup.");
        return new Outcome(ExitCode.Completed, json =>
        {
            RegistrationJson.Write(json, machine);
            json.WriteBoolean("isJoined"u8, true);
            json.WriteBoolean("membersTrustEachOther"u8, terms.MembersTrustEachOther);
        });
    }

    private async Task<GrantOpening> OpenAsync()
    {
        string passphrase = PassphraseInput.ReadKnown(invocation, $"Passphrase of {server}: ");
        return await GrantOpening.OpenAsync(
            credentials, server, passphrase, new GrantLine(proxy, invocation.Time, Vaults.LongPatience),
            invocation.Cancellation);
    }

    private ServedRequest Begin(RequestKind kind, GrantOpening grant)
    {
        var request = new ServedRequest(invocation.Home, vault, grant);
        string key = request.Begin(kind, credentials.Vault);
        invocation.Printer.Line(
            $"The passphrase is right. The key of this machine, for the administrator to compare: {key}");
        invocation.Printer.Flush();
        return request;
    }
}
