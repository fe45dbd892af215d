using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Server.Commands.Certificates;

/// <summary>The public key in a file: of a certificate, or alone.</summary>
internal static class CertificateKey
{
    private const int MaxBytes = 1 << 20;

    /// <summary>SHA-256 of it, by which machines know it.</summary>
    /// <exception cref="FaultException"><c>certificate.file</c>.</exception>
    public static byte[] PinOf(string file)
    {
        string pem = GivenFile.Read(file, MaxBytes) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw Wrong(file, "it does not exist", null);
        try
        {
            if (!PemEncoding.TryFind(pem, out var found)) throw Wrong(file, "it holds no PEM", null);
            if (pem.AsSpan()[found.Label] is "PUBLIC KEY")
                return SHA256.HashData(Convert.FromBase64String(pem[found.Base64Data]));
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            throw Wrong(file, e.Message.TrimEnd('.'), e);
        }
    }

    private static FaultException Wrong(string file, string why, Exception? inner) => FaultException.Usage(
        "certificate.file", $"{file} is no certificate and no public key: {why}.", "Give a PEM file.", inner);
}
