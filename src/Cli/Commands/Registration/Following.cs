using Coffer.Agent.Homes;
using Coffer.Agent.Registration;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Contracts.Http;
using Coffer.Contracts.Http.Connecting;
using Coffer.Contracts.Wire;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Registration;

/// <summary>
/// A registered machine takes over its vault's new address and certificate from a credentials file. Another key of the
/// certificate is asked about: whoever can pass a file to this machine could put himself between it and its vault.
/// </summary>
internal static class Following
{
    /// <param name="isMeant">Do not ask.</param>
    /// <exception cref="FaultException"><c>machine.registered</c>, <c>vault.pin-unconfirmed</c>.</exception>
    public static async Task<Outcome> RunAsync(
        Invocation invocation, MachineRegistration known, CredentialsFile credentials, bool isMeant)
    {
        if (known.Vault != credentials.Vault)
            throw FaultException.Refused("machine.registered",
                $"This machine is registered already, with another vault, at {known.Place}.",
                "Use another --home to register with a second vault.");
        if (!isMeant && IsOtherKey(known.Place.Service, credentials)
            && !await IsConfirmedAsync(invocation, known, credentials))
            return new Outcome(ExitCode.Cancelled);
        var moved = known with { Place = VaultPlace.Of(CredentialsReader.ServiceOf(credentials)) };
        invocation.Home.WriteMachine(moved);
        invocation.Printer.Line($"This machine is registered already; its vault is remembered at {moved.Place}.");
        return new Outcome(ExitCode.Completed, json => RegistrationJson.Write(json, moved));
    }

    // A vault that was a folder until now had no key: there is nothing to compare with.
    // The one that the vault has announced to this machine is no other.
    private static bool IsOtherKey(ServiceAddress? before, CredentialsFile credentials) =>
        before?.Pin is not null && !PinRule.Accepts(before, credentials.Pin);

    private static async Task<bool> IsConfirmedAsync(
        Invocation invocation, MachineRegistration known, CredentialsFile credentials)
    {
        string told = $"The vault at {known.Place} had a certificate with another key until now (SHA-256 "
            + $"{Short(known.Place.Service!.Pin!)} then, {Short(credentials.Pin)} in this file).";
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage("vault.pin-unconfirmed", $"{told} There is nobody to ask whether that is right.",
                "Ask the vault's administrator whether its certificate was changed, then say --yes.");
        return await Question.AgreesAsync(invocation, $"{told} Was its certificate changed?", isUsual: false);
    }

    private static string Short(byte[] pin) => Convert.ToHexStringLower(pin)[..16];
}
