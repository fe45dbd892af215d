using Coffer.Domain;

namespace Coffer.Vault.Accounts;

/// <summary>What signing in and accounts refuse, worded once.</summary>
internal static class AccountFaults
{
    /// <summary>The same whatever was wrong: name, password or code.</summary>
    public static FaultException SignIn() => FaultException.Refused(
        "signin.refused", "Name, password or code is wrong.",
        "Check all three; a lost second factor is reset with `coffer-vault admin reset NAME`.");

    public static FaultException SignInNeeded() => FaultException.Refused(
        "signin.needed", "This needs somebody who is signed in, or an API token.", "Sign in, and try again.");

    public static FaultException CodesLocked(DateTimeOffset until) => FaultException.Refused(
        "signin.codes", $"Too many wrong codes of this second factor: none is taken until {until:HH:mm} UTC.",
        "Wait until then; if it was not you, somebody has your password.");

    public static FaultException Busy() => FaultException.Failed(
        "signin.busy", "Too many people are signing in at this moment.", "Try again in a moment.");

    public static FaultException Invitation() => FaultException.Refused(
        "account.invitation", "This invitation is unknown, used, void after wrong codes, or older than 24 hours.",
        "Have another one made: `coffer-vault admin reset NAME`.");

    public static FaultException Unknown() => FaultException.Usage(
        "account.unknown", "There is no such account.", "`coffer-vault user list` tells which there are.");

    public static FaultException Taken(string name) => FaultException.Usage(
        "account.taken", $"There is an account named {name} already.", "Choose another name.");

    public static FaultException Name(string why) => FaultException.Usage(
        "account.name", $"This cannot be a name here: {why}.", "Choose another name.");

    public static FaultException Roles() => FaultException.Usage(
        "account.roles", "An account has at least one role, and each once.");

    public static FaultException Last() => FaultException.Refused(
        "account.last", "This is the last Security Administrator, and a vault is never without one.",
        "Make another account a Security Administrator first.");

    public static FaultException NoToken() => FaultException.Usage(
        "token.unknown", "There is no such API token.", "`coffer-vault token list` tells which there are.");
}
