using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Coffer.Domain;

namespace Coffer.Vault.Networks;

/// <summary>Networks as people write them (CIDR, RFC 4632 and RFC 4291), read in one way only.</summary>
internal static class NetworkText
{
    private const int DotsOfFour = 3;

    /// <exception cref="FaultException"><c>network.value</c>.</exception>
    public static IPNetwork Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string written = slash < 0 ? text : text[..slash];
        if (!IsPlain(written) || !IPAddress.TryParse(written, out var address)) throw Wrong(text);
        int most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int length = most;
        bool isLength = slash < 0
            || int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length);
        if (!isLength || length > most) throw Wrong(text);
        var network = new IPNetwork(Base(address, length), length);
        return network.BaseAddress.Equals(address)
            ? network
            : throw FaultException.Usage("network.value", $"{text} names an address within a network.",
                $"Write {network} for the network, or {address} for that address alone.");
    }

    /// <summary>A service that listens for both kinds sees the older one within the newer.</summary>
    public static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    // The framework reads 10.1 as 10.0.0.1 and 010.0.0.1 as octal, and takes the name of an interface.
    private static bool IsPlain(string address)
    {
        if (address.Contains(':', StringComparison.Ordinal))
            return address.All(c => char.IsAsciiHexDigit(c) || c is ':') && !address.StartsWith('[');
        string[] parts = address.Split('.');
        return parts.Length == DotsOfFour + 1 && parts.All(part => part.Length is > 0 and <= 3
            && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
    }

    private static IPAddress Base(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - 8 * i, 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new IPAddress(bytes);
    }

    private static FaultException Wrong(string text) => FaultException.Usage(
        "network.value", $"'{text}' is neither an address nor a network.",
        "Write 10.1.0.0/16, 192.0.2.7, 2001:db8::/32; or any for everybody.");
}
