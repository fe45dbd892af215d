using Coffer.Domain;

namespace Coffer.Contracts.Http;

/// <summary>What goes wrong between an agent and a served vault, worded once.</summary>
internal static class HttpFaults
{
    public static FaultException Unreachable(Uri address, Exception inner) => FaultException.Failed(
        "vault.unreachable", $"The vault at {address} does not answer: {inner.Message.TrimEnd('.')}.",
        "Check that the service runs there, and that name, port and firewall are right.", inner);

    public static FaultException Certificate(Uri address, string found) => FaultException.Refused(
        "vault.certificate", $"Whoever answers at {address} shows another key than the vault's (SHA-256 {found}).",
        "If the vault's certificate was changed, get a new credentials file from its administrator and give it to "
        + "`coffer register`; otherwise somebody stands in between.");

    public static FaultException Untrusted(Uri address, Exception inner) => FaultException.Refused(
        "vault.certificate", $"The certificate of {address} is not trusted: {inner.Message.TrimEnd('.')}.",
        "Register with a credentials file: it names the vault's own key.", inner);

    public static FaultException Answer(Uri address, string what, Exception? inner = null) => FaultException.Failed(
        "vault.answer", $"The vault at {address} answered with something else than expected: {what}.",
        "Check that a Coffer vault of this version is served there, and no proxy's page.", inner);

    public static FaultException OtherSession(Uri address) => FaultException.Failed(
        "vault.session",
        $"The vault at {address} was started anew during this backup, and is not as it was: something was lost or "
        + "came in meanwhile.", "Back up again; what was sent is kept.");

    public static FaultException Silent(Uri address, TimeSpan waited) => FaultException.Failed(
        "vault.unreachable", $"The vault at {address} took over {waited.TotalMinutes:0} minutes to answer.",
        "Check the vault's load and disk; the work goes on where it was when it is started again.");
}
