using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Server.Hosting.Certificates;

/// <summary>Certificates with their keys on disk; those of the service itself are for its owner alone.</summary>
/// <param name="folder">Of the service.</param>
/// <param name="given">The user's own; null: the service makes its own.</param>
internal sealed class CertificateFiles(string folder, (string Certificate, string Key)? given)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Clients know the key and not the date, so it is there for those that want one.</summary>
    private static readonly TimeSpan s_validity = TimeSpan.FromDays(3650);

    public bool IsGiven => given is not null;

    private string Own => Path.Combine(folder, "certificate-and-key");

    private string Next => Path.Combine(folder, "next-certificate-and-key");

    private string PlanFile => Path.Combine(folder, "certificates.json");

    /// <summary>The one in use, made when first asked for.</summary>
    /// <exception cref="FaultException"><c>service.certificate</c>.</exception>
    public X509Certificate2 ReadOrMake(TimeProvider time)
    {
        if (given is { } files) return Read(files.Certificate, files.Key);
        if (GivenFile.Read(Own, MaxBytes) is null) SecretFile.Write(Own, Make(time));
        return Read(Own, Own);
    }

    /// <returns>SHA-256 of its key.</returns>
    public byte[] MakeNext(TimeProvider time)
    {
        SecretFile.Write(Next, Make(time));
        using var made = Read(Next, Next);
        return PinOf(made);
    }

    /// <summary>The next one is the one in use from now on; null where it is not there, or is another.</summary>
    /// <param name="pin">That was announced.</param>
    public X509Certificate2? TakeNext(byte[] pin)
    {
        if (given is { } files)
        {
            var now = Read(files.Certificate, files.Key);
            if (PinOf(now).AsSpan().SequenceEqual(pin)) return now;
            now.Dispose();
            return null;
        }
        if (GivenFile.Read(Next, MaxBytes) is not { } bytes) return null;
        var next = Read(Next, Next);
        if (!PinOf(next).AsSpan().SequenceEqual(pin)) return null;
        SecretFile.Write(Own, bytes); // in one step: there is never a certificate without its key
        return next;
    }

    public void DropNext() => SecretFile.Remove(Next);

    public CertificatePlan? ReadPlan()
    {
        try
        {
            return GivenFile.Read(PlanFile, MaxBytes) is { } bytes ? CertificatePlan.Decode(bytes, PlanFile) : null;
        }
        catch (CorruptionException)
        {
            return null; // the service goes on with its key; what was announced is to be announced again
        }
    }

    public void WritePlan(CertificatePlan plan) => SecretFile.Write(PlanFile, plan.Encode());

    public static byte[] PinOf(X509Certificate2 certificate) =>
        SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    private static X509Certificate2 Read(string certificate, string key)
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

    private static byte[] Make(TimeProvider time)
    {
        string hostName = Environment.MachineName;
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
        return Encoding.ASCII.GetBytes(
            certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
