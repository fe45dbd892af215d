using System.Text;
using Coffer.Contracts.Http.Connecting;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Compose.Inputs;

/// <summary>
/// A proxy as it is given to a command. Its password never comes on the command line, which every user of the machine
/// sees.
/// </summary>
internal static class ProxyInput
{
    /// <summary>In place of an address: straight to the vault.</summary>
    public const string None = "none";

    private const string Right = "Give http://HOST:PORT or HOST:PORT, as http://proxy.example:3128, or none.";

    /// <summary>As long as any system takes.</summary>
    private const int MaxPasswordBytes = 1024;

    /// <returns>Null for <see cref="None"/>.</returns>
    /// <exception cref="FaultException"><c>proxy.address</c>, <c>proxy.file</c>.</exception>
    public static VaultProxy? Of(string address, string? user, string? passwordFile)
    {
        if (address == None && user is null && passwordFile is null) return null;
        if (passwordFile is not null && user is null)
            throw Wrong("A proxy's password needs a user.", "Give the user, too.");
        if (user?.Contains(':', StringComparison.Ordinal) == true)
            throw Wrong("A proxy's user has no colon: what follows would be taken for the password.",
                "Put the password into a file of its own.");
        return new VaultProxy(AddressOf(address), user, passwordFile is null ? null : PasswordIn(passwordFile));
    }

    private static Uri AddressOf(string given)
    {
        string text = given.Contains("://", StringComparison.Ordinal) ? given : "http://" + given;
        bool isOne = Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0
            && address is { Query.Length: 0, Fragment.Length: 0, AbsolutePath: "/" };
        // Not with the address in the message where it holds a password.
        if (isOne && address!.UserInfo.Length > 0)
            throw Wrong("The address of the proxy holds a user or a password.",
                "Give the user as an option and the password in a file; on a command line everybody sees them.");
        if (!isOne || address!.Scheme != Uri.UriSchemeHttp)
            throw Wrong($"'{given}' is no address of an HTTP proxy.", Right);
        // A bare word is a slip more often than a proxy at port 80, which no proxy is usually at.
        bool isWhole = text == given || !address.IsDefaultPort || given.EndsWith(":80", StringComparison.Ordinal);
        return isWhole
            ? address
            : throw Wrong($"'{given}' has no port.", Right);
    }

    private static string PasswordIn(string file)
    {
        byte[] bytes = (file == "-" ? PassphraseInput.FromStandardInput() : GivenFile.Read(file, MaxPasswordBytes))
            ?? throw FaultException.Usage("proxy.file", $"The proxy's password file {file} does not exist.",
                "Check its path; - is standard input.");
        string text = Encoding.UTF8.GetString(bytes).TrimEnd('\r', '\n');
        return text.Length > 0 && !text.Any(char.IsControl) ? text : throw FaultException.Usage(
            "proxy.file", $"The proxy's password file {file} is empty, or holds more than one line.",
            "Put the password alone into it.");
    }

    private static FaultException Wrong(string message, string guidance) =>
        FaultException.Usage("proxy.address", message, guidance);
}
