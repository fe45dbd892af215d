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
/// <c>coffer register FILE --join SERVER</c>: asks to become a member of the keyspace that a server shares. It takes
/// the passphrase and an administrator's yes; until then the same command is simply given again.
/// </summary>
internal static class Joining
{
    /// <param name="vault">With the file's secret; greeted already.</param>
    /// <param name="server">Name or id of a member.</param>
    /// <param name="isMeant">Do not ask.</param>
    /// <exception cref="FaultException"><c>join.pending</c>, <c>keyspace.private</c>, <c>passphrase.wrong</c>.
    /// </exception>
    public static async Task<Outcome> RunAsync(
        Invocation invocation, RemoteVault vault, CredentialsFile credentials, string server, VaultProxy? proxy,
        bool isMeant)
    {
        string passphrase = PassphraseInput.ReadKnown(invocation, $"Passphrase of {server}: ");
        using var grant = await GrantOpening.OpenAsync(
            credentials, server, passphrase, new GrantLine(proxy, invocation.Time, Vaults.LongPatience),
            invocation.Cancellation);
        await using var reading = grant.Vault;
        using var keys = grant.Keys;
        if (grant.Sharing is not { } terms)
            throw FaultException.Refused("keyspace.private",
                $"The keyspace of {server} is its own: no machine can join it, now or later.",
                "Register without --join. A keyspace that others may join is made by a machine that registers with"
                + " --share.");
        bool wasMeant = invocation.Home.IsJoining(credentials.Vault, keys.Keyspace);
        if (!SharingConsent.Give(invocation, terms, server, isMeant || wasMeant))
            return new Outcome(ExitCode.Cancelled);
        var join = new ServedJoin(invocation.Home, vault, grant);
        string key = join.Begin(credentials.Vault);
        invocation.Printer.Line(
            $"The passphrase is right. The key of this machine, for the administrator to compare: {key}");
        invocation.Printer.Flush();
        var machine = await join.EndAsync(
            MachineFacts.HostName, VaultPlace.Of(CredentialsReader.ServiceOf(credentials)), invocation.Cancellation);
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
}
