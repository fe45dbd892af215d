using Coffer.Domain.Wording;
using Coffer.Domain;

namespace Coffer.Vault.Serving;

/// <summary>What a served vault refuses, worded once.</summary>
internal static class ServiceFaults
{
    private const string NewFile = "Have a new one made, with `coffer-vault credentials create`, and use that.";

    public static FaultException CredentialsUnknown() => FaultException.Refused(
        "credentials.unknown", "This credentials file was not made by this vault, or its catalog was lost since.",
        NewFile);

    public static FaultException CredentialsExpired(DateTimeOffset until) => FaultException.Refused(
        "credentials.expired", $"This credentials file was valid until {until:yyyy-MM-dd HH:mm} UTC.", NewFile);

    public static FaultException CredentialsSuperseded() => FaultException.Refused(
        "credentials.superseded", "A newer credentials file was made for this vault, and only the newest counts.",
        "Use the newest file, or have another one made with `coffer-vault credentials create`.");

    public static FaultException Assertion(string why) => FaultException.Refused(
        "machine.refused", $"The vault does not take this machine for the one it says it is: {why}.",
        "Its registration may have been ended, or another machine has adopted it; `coffer register` registers anew.");

    public static FaultException Clock(TimeSpan off) => FaultException.Refused(
        "machine.clock",
        $"This machine's clock is {Counted.Of((long)Math.Round(Math.Abs(off.TotalMinutes)), "minute")}"
        + $" {(off > TimeSpan.Zero ? "ahead of" : "behind")} the vault's.",
        "Set the right time on both and try again; a vault takes no sign-in that is ten minutes off.");

    /// <summary>Answered so that it is tried again, with a newer assertion.</summary>
    public static FaultException Starting() => FaultException.Failed(
        "vault.starting", "The vault has just been started and takes no sign-in from before that.",
        "Try again in a moment; where this lasts, this machine's clock is behind the vault's.");

    /// <summary>Answered so that it is tried again.</summary>
    public static FaultException Opening() => FaultException.Failed(
        "vault.starting", "A backup of this data source is just being opened.", "Try again in a moment.");

    public static FaultException Token() => FaultException.Refused(
        Contracts.Wire.Problem.TokenInvalid, "The machine's token is not, or no longer, valid.", "");

    public static FaultException WrongPassphrase() => FaultException.Usage(
        "passphrase.wrong", "The vault knows no server of this name and this passphrase.",
        "Check both: capital letters, spaces, the keyboard's language. The vault tells not which of them is wrong.");

    public static FaultException Locked(DateTimeOffset until) => FaultException.Refused(
        "grant.locked",
        $"Too many wrong passphrases were tried for this server; none is taken until {until:HH:mm} UTC.",
        "Wait, and look for the right one meanwhile.");

    public static FaultException ReadOnly() => FaultException.Refused(
        "grant.read-only", "Who reads another server's points may change nothing in the vault.");

    public static FaultException Pace() => FaultException.Refused(
        "machine.pace", $"That would be more than {ServingRules.ChangesAnHour} changes within an hour.",
        "Go on in an hour; if nobody meant to, treat the machine or the account as taken over.");

    public static FaultException NotYours(string what) => FaultException.Refused(
        "machine.not-yours", $"This {what} belongs to another server.", "");

    public static FaultException NoSession() => FaultException.Failed(
        "vault.session", "The backup's session has ended: the vault was started anew, or the session was given up.",
        "Run the backup again; what was sent is kept.");

    public static FaultException Replaced() => FaultException.Failed(
        "vault.replaced", "Another backup of this data source was begun with the vault, and took this one's place.",
        "See what else backs up as this machine: a second `coffer`, or a copy of its disk with the same home.");

    public static FaultException NoReader() => FaultException.Failed(
        "vault.reader", "The reading was ended: the vault was started anew, or nothing was read for an hour.",
        "Run the command again; a restore goes on where it was.");

    public static FaultException Crowded(string what) => FaultException.Failed(
        "vault.crowded", $"This server has too many {what} open.", "End one of them, or wait for an hour.");

    public static FaultException Pack(string why) => FaultException.Refused(
        "vault.pack", $"The vault does not take this pack: {why}.", "");

    public static FaultException NoFrame() => FaultException.Failed("frame.none", "There is no such copy.", "");

    public static FaultException FrameDamaged(string why) => FaultException.Failed("frame.damaged", why, "");
}
