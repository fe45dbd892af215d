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
/// <c>coffer register FILE --adopt SERVER</c>: asks to go on as a server that the vault knows. It takes that server's
/// passphrase and an administrator's yes; until then the same command is simply given again.
/// </summary>
internal static class Adopting
{
    /// <param name="vault">With the file's secret; greeted already.</param>
    /// <param name="server">Name or id.</param>
    /// <exception cref="FaultException"><c>adoption.pending</c>, <c>passphrase.wrong</c>.</exception>
    public static async Task<Outcome> RunAsync(
        Invocation invocation, RemoteVault vault, CredentialsFile credentials, string server, VaultProxy? proxy)
    {
        string passphrase = PassphraseInput.ReadKnown(invocation, $"Passphrase of {server}: ");
        using var grant = await GrantOpening.OpenAsync(
            credentials, server, passphrase, new GrantLine(proxy, invocation.Time, Vaults.LongPatience),
            invocation.Cancellation);
        await using var reading = grant.Vault;
        using var keys = grant.Keys;
        var adoption = new ServedAdoption(invocation.Home, vault, grant);
        string key = adoption.Begin(credentials.Vault);
        invocation.Printer.Line(
            $"The passphrase is right. The key of this machine, for the administrator to compare: {key}");
        invocation.Printer.Flush();
        var machine = await adoption.EndAsync(
            MachineFacts.HostName, VaultPlace.Of(CredentialsReader.ServiceOf(credentials)), invocation.Cancellation);
        invocation.Printer.Line($"This machine goes on as {machine.Name} ({machine.Id}) with the vault"
            + $" {credentials.VaultName} at {credentials.Address}. `coffer backup` continues its chain.");
        return new Outcome(ExitCode.Completed, json =>
        {
            RegistrationJson.Write(json, machine);
            json.WriteBoolean("isAdopted"u8, true);
        });
    }
}
