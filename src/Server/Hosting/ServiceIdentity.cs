using Coffer.Contracts.Wire;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>By what machines know the service: its address and its certificate's key.</summary>
/// <param name="pin">SHA-256 of the certificate's public key.</param>
internal sealed class ServiceIdentity(Uri? publicAddress, byte[] pin)
{
    private Uri? _address = publicAddress;

    public Uri Address => _address ?? throw new InvalidOperationException("not listening yet");

    public byte[] Pin => pin;

    /// <summary>Where no other address was given, machines are told this host's name.</summary>
    public void Listening(Uri bound) =>
        _address ??= new UriBuilder(Uri.UriSchemeHttps, HostOf(bound), bound.Port).Uri;

    public CredentialsFile CredentialsOf(ServedVault vault, byte[] secret, DateTimeOffset validUntil) =>
        new CredentialsFile(CredentialsFile.CurrentVersion, Address, vault.Id, vault.Name, pin, secret, validUntil)
            .WithCheck();

    private static string HostOf(Uri bound) =>
        System.Net.IPAddress.TryParse(bound.DnsSafeHost, out var ip)
            && !ip.Equals(System.Net.IPAddress.Any) && !ip.Equals(System.Net.IPAddress.IPv6Any)
            ? bound.DnsSafeHost
            : Environment.MachineName;
}
