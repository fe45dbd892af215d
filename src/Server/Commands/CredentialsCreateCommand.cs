using System.CommandLine;
using System.Text.Json;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Server.Console;

namespace Coffer.Server.Commands;

/// <summary><c>coffer-vault credentials create</c>: makes the file with which machines register.</summary>
internal sealed class CredentialsCreateCommand : ConsoleCommand
{
    private readonly Option<string?> _output = new("--output")
    {
        Description = $"Where to put it; else VAULT{CredentialsFile.Extension} in this folder",
        HelpName = "FILE",
    };

    public CredentialsCreateCommand()
        : base("create", "Make a credentials file; those made before are no longer accepted",
            "coffer-vault credentials create --data /srv/vault --output office.vaultCredentials") =>
        Options.Add(_output);

    /// <exception cref="FaultException"><c>credentials.extension</c>.</exception>
    public static void RequireRightName(string file)
    {
        if (!file.EndsWith(CredentialsFile.Extension, StringComparison.Ordinal))
            throw FaultException.Usage("credentials.extension",
                $"{file} does not end with {CredentialsFile.Extension}.", "Machines take only files of that name.");
    }

    public static void Write(string file, CredentialsFile credentials) => SecretFile.Write(
        Path.GetFullPath(file),
        JsonSerializer.SerializeToUtf8Bytes(credentials, WireJson.Default.CredentialsFile));

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        string? output = parsed.GetValue(_output);
        if (output is not null) RequireRightName(output);
        var credentials = await vault.PostAsync("/credentials", ManagementJson.Default.CredentialsFile);
        output ??= credentials.VaultName + CredentialsFile.Extension;
        Write(output, credentials);
        vault.Report.Line($"{output} registers machines until {credentials.ValidUntil:yyyy-MM-dd HH:mm} UTC,"
            + " and only as long as no newer one is made. It lets nobody read a backup.");
        return vault.Report.Done(json =>
        {
            json.WriteString("file"u8, Path.GetFullPath(output));
            json.WriteString("validUntil"u8, credentials.ValidUntil);
        });
    }
}
