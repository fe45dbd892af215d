using Coffer.Contracts.Http;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Registration;

/// <summary>Reads a credentials file that somebody was given.</summary>
public static class CredentialsReader
{
    private const int MaxBytes = 64 << 10;

    private const string Cure = "Get the file again as it was made, whole and under its own name.";

    /// <exception cref="FaultException"><c>credentials.extension</c>, <c>.missing</c>, <c>.damaged</c>.</exception>
    public static CredentialsFile Read(string path)
    {
        if (!path.EndsWith(CredentialsFile.Extension, StringComparison.Ordinal))
            throw FaultException.Usage("credentials.extension",
                $"{path} does not end with {CredentialsFile.Extension}, as a credentials file does.", Cure);
        byte[] bytes = GivenFile.Read(path, MaxBytes) ?? throw FaultException.Usage(
            "credentials.missing", $"The credentials file {path} does not exist.", "Check its path.");
        CredentialsFile credentials;
        try
        {
            credentials = WireMessage.Decode(bytes, WireJson.Default.CredentialsFile, path);
        }
        catch (CorruptionException e)
        {
            throw Damaged(path, e);
        }
        if (credentials.Version > CredentialsFile.CurrentVersion)
            throw FaultException.Usage("credentials.newer",
                $"{path} was made by a newer vault, as version {credentials.Version}.", "Use a newer Coffer here.");
        bool isWhole = credentials is { Secret.Length: CredentialsFile.SecretSize, Pin.Length: 32 }
            && credentials.Address is { IsAbsoluteUri: true } && credentials.Address.Scheme == Uri.UriSchemeHttps
            && credentials.VaultName is not null && credentials.NextPin is null or { Pin.Length: NextPin.PinSize }
            && credentials.IsAsMade();
        return isWhole ? credentials : throw Damaged(path, null);
    }

    public static ServiceAddress ServiceOf(CredentialsFile credentials) =>
        new(
        credentials.Address, credentials.Pin, credentials.Vault, credentials.VaultName, credentials.NextPin);

    private static FaultException Damaged(string path, Exception? inner) => FaultException.Usage(
        "credentials.damaged", $"{path} is damaged, or no credentials file.", Cure, inner);
}
