using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.FileSystem.Secrets;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Accounts;

/// <summary>An invitation is told, to be handed on; or taken here at once, with a password and a first code.</summary>
internal static class Invitations
{
    private const int MaxPasswordBytes = 4096;

    public static Option<string?> PasswordFile() => new("--password-file")
    {
        Description = "Take the invitation here: the password is in this file (-: the first line typed), the first"
            + " code of the second factor is read from standard input",
        HelpName = "FILE",
    };

    /// <param name="passwordFile">Null: tell the invitation.</param>
    public static async Task<int> TellOrTakeAsync(VaultConsole vault, InvitationAnswer made, string? passwordFile)
    {
        if (passwordFile is not null) return await TakeAsync(vault, made, passwordFile);
        vault.Report.Line($"Invitation for {made.Account.Name}, valid once, until"
            + $" {Words.Time(made.Account.InvitedUntil, "now")}:");
        vault.Report.Line(made.Secret);
        vault.Report.Line("Whoever has it chooses password and second factor: POST /enrolments of the management API,"
            + $" or here with `coffer-vault admin reset {made.Account.Name} --password-file FILE`.");
        return vault.Report.Done(made, ManagementJson.Default.InvitationAnswer);
    }

    private static async Task<int> TakeAsync(VaultConsole vault, InvitationAnswer made, string passwordFile)
    {
        string password = passwordFile == "-" ? Typed("password", "Password: ") : FromFile(passwordFile);
        var enrolled = await vault.SendAsync(
            HttpMethod.Post, "/enrolments", new EnrolRequest(made.Secret, password),
            ManagementJson.Default.EnrolRequest, ManagementJson.Default.EnrolAnswer);
        vault.Report.Event("enrolment", enrolled, ManagementJson.Default.EnrolAnswer);
        vault.Report.Line("Give this to an authenticator app (it is shown once):");
        vault.Report.Line(enrolled.Authenticator.OriginalString);
        string code = Typed("code", "The code that the app shows now: ");
        await vault.SendAsync(
            "/enrolments/confirm", new EnrolConfirmation(made.Secret, code),
            ManagementJson.Default.EnrolConfirmation);
        vault.Report.Line($"{made.Account.Name} can sign in with the password and a code.");
        return vault.Report.Done(json => json.WriteString("account"u8, $"{made.Account.Id}"));
    }

    private static string FromFile(string file)
    {
        byte[] bytes = GivenFile.Read(file, MaxPasswordBytes) ?? throw FaultException.Usage(
            "password.file", $"The password file {file} does not exist.", "Check its path; - is standard input.");
        return System.Text.Encoding.UTF8.GetString(bytes).Split('\n')[0].TrimEnd('\r');
    }

    private static string Typed(string what, string prompt)
    {
        if (!System.Console.IsInputRedirected) System.Console.Error.Write(prompt);
        return System.Console.In.ReadLine()?.Trim() is { Length: > 0 } typed ? typed : throw FaultException.Usage(
            "input.ended", $"Standard input ended before a {what} came.", "Run it at a terminal, or feed it both.");
    }
}
