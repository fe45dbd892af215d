using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Server.Hosting;

/// <summary>
/// What a service keeps beside its vault, in <c>service/</c> of the data folder: its certificate and key, and the
/// socket for the console of whoever owns the folder. For its owner alone.
/// </summary>
internal sealed class ServiceFolder
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Clients know the key and not the date, so it is there for those that want one.</summary>
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(3650);

    public ServiceFolder(string data)
    {
        Data = Path.GetFullPath(data);
        Folder = Path.Combine(Data, "service");
    }

    public string Data { get; }

    public string Folder { get; }

    public string ConsoleSocket => Path.Combine(Folder, "console-socket");

    private string VaultsFolder => Path.Combine(Folder, "vaults");

    private string CertificateFile => Path.Combine(Folder, "certificate-and-key");

    /// <summary>Where the vault of a name lies, or would; the first one's is the data folder itself.</summary>
    public string VaultFolder(string name) => Path.Combine(VaultsFolder, name);

    /// <summary>The folders of all vaults but the first.</summary>
    public IEnumerable<string> Vaults() => PrivateFolder.FoldersIn(VaultsFolder);

    public void Prepare() => PrivateFolder.Ensure(Folder);

    /// <summary>Removes the one that a killed service left.</summary>
    public void ClearSocket() => SecretFile.Remove(ConsoleSocket);

    /// <summary>The service's own certificate, made when first asked for.</summary>
    /// <exception cref="FaultException"><c>service.certificate</c>.</exception>
    public X509Certificate2 ReadOrMakeCertificate(string hostName, TimeProvider time)
    {
        if (GivenFile.Read(CertificateFile, MaxBytes) is null) MakeCertificate(hostName, time);
        return ReadCertificate(CertificateFile, CertificateFile);
    }

    /// <exception cref="FaultException"><c>service.certificate</c>.</exception>
    public static X509Certificate2 ReadCertificate(string certificate, string key)
    {
        try
        {
            return X509Certificate2.CreateFromPem(TextOf(certificate), TextOf(key));
        }
        catch (CryptographicException e)
        {
            throw FaultException.Usage("service.certificate",
                $"The certificate {certificate} and its key cannot be used: {e.Message.TrimEnd('.')}.",
                "Give PEM files that belong together.", e);
        }
    }

    private static string TextOf(string file) => GivenFile.Read(file, MaxBytes) is { } bytes
        ? Encoding.UTF8.GetString(bytes)
        : throw FaultException.Usage("service.certificate", $"{file} does not exist.", "Check its path.");

    // One file, renamed into place: there is never a certificate without its key.
    private void MakeCertificate(string hostName, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now + s_validity);
        string pem = certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
        SecretFile.Write(CertificateFile, Encoding.ASCII.GetBytes(pem));
    }
}
