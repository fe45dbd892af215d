using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Registration;

/// <summary>Says what sharing a keyspace means before it is done, and has it confirmed: there is no way back.</summary>
internal static class SharingConsent
{
    /// <param name="with">Whose keyspace is joined; null: this machine's is made one that others may join.</param>
    /// <param name="isMeant">Do not ask.</param>
    /// <returns>False where somebody said no.</returns>
    /// <exception cref="FaultException"><c>share.unconfirmed</c>: nobody to ask.</exception>
    public static async Task<bool> GiveAsync(Invocation invocation, SharingTerms terms, string? with, bool isMeant)
    {
        string told = Words(terms, with);
        invocation.Printer.Line(told);
        invocation.Printer.Flush();
        if (isMeant) return true;
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage("share.unconfirmed",
                "A keyspace is shared only once that was confirmed, and there is nobody to ask.",
                $"Read what it means, then say --yes: {told}");
        return await Question.AgreesAsync(invocation, "Share it?", isUsual: false);
    }

    private static string Words(SharingTerms terms, string? with)
    {
        string who = with is null
            ? "Every machine that joins this one's keyspace, with its passphrase and an administrator's yes,"
            : $"Every machine that shares the keyspace of {with}, or comes to it later,";
        return $"{who} can read and restore all files that this machine backs up, and this machine all of theirs; who"
            + " leaves keeps the key to what is there and what comes, and nothing but a new keyspace ends that"
            + (terms.MembersTrustEachOther
                ? "; and what one has sent is not sent again by another, so that one in wrong hands can spoil the later"
                    + " backups of all."
                : "; what one has sent counts for itself alone, so that none can spoil another's backups, and each"
                    + " sends and stores its own copy.");
    }
}
