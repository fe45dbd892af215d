using Coffer.Contracts.Wire;
using Coffer.Vault.Serving;

namespace Coffer.Server.Hosting;

/// <summary>By what machines know the service: its address and its certificate's key.</summary>
internal sealed class ServiceIdentity(Uri? publicAddress, ServicePins pins)
{
    private Uri? _address = publicAddress;

    public Uri Address => _address ?? throw new InvalidOperationException("not listening yet");

    /// <summary>SHA-256 of the public key of the certificate that is shown.</summary>
    public byte[] Pin => pins.Current;

    /// <summary>Where no other address was given, machines are told this host's name.</summary>
    public void Listening(Uri bound) =>
        _address ??= new UriBuilder(Uri.UriSchemeHttps, HostOf(bound), bound.Port).Uri;

    public CredentialsFile CredentialsOf(ServedVault vault, byte[] secret, DateTimeOffset validUntil) =>
        new CredentialsFile(
            CredentialsFile.CurrentVersion, Address, vault.Id, vault.Name, pins.Current, secret, validUntil,
            NextPin: pins.Next).WithCheck();

    private static string HostOf(Uri bound) =>
        System.Net.IPAddress.TryParse(bound.DnsSafeHost, out var ip)
            && !ip.Equals(System.Net.IPAddress.Any) && !ip.Equals(System.Net.IPAddress.IPv6Any)
            ? bound.DnsSafeHost
            : Environment.MachineName;
}
