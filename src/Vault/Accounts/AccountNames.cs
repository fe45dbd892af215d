using System.Globalization;
using Coffer.Domain;

namespace Coffer.Vault.Accounts;

/// <summary>
/// What an account, or an API token, can be called: nothing that lists, the audit log or a command take for something
/// else, or that shows otherwise than it is.
/// </summary>
internal static class AccountNames
{
    public const int MaxLength = 100;

    /// <summary>A beginning of an id with so many digits is an id to the commands.</summary>
    private const int ShortestId = 4;

    /// <summary>By which the audit log tells who somebody is.</summary>
    private static readonly string[] s_kinds = ["account", "address", "console", "machine", "reader", "token"];

    /// <exception cref="FaultException"><c>account.name</c>.</exception>
    public static void Require(string name)
    {
        if (name.Length is 0 or > MaxLength) throw AccountFaults.Name("it has 1 to 100 characters");
        if (name.Any(IsUnseen) || name != name.Trim())
            throw AccountFaults.Name("it has no control characters, and no space at either end");
        if (name.Length >= ShortestId && name.All(char.IsAsciiHexDigit) && name.Any(char.IsAsciiDigit))
            throw AccountFaults.Name("this one looks like an id");
        string first = name.Split([' ', '_', '(', ':'], 2)[0];
        if (s_kinds.Contains(first, StringComparer.OrdinalIgnoreCase)
            || name.StartsWith(TokenShelf.Prefix, StringComparison.OrdinalIgnoreCase))
            throw AccountFaults.Name("this one looks like the console, an address, a machine or a token");
    }

    private static bool IsUnseen(char sign) => char.GetUnicodeCategory(sign) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned;
}
