using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain.Security.Operations;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Security;

/// <summary><c>coffer-vault approval …</c>: requests for a second person's yes.</summary>
internal static class ApprovalCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "approval", "What waits for a second person's yes", ListAsync,
        ConsoleVerb.Of("list", "List the requests of the last 30 days, newest first", ListAsync,
            "coffer-vault approval list --data /srv/vault"),
        ConsoleVerb.Of("approve", "Say yes to what somebody else asked for", Argument(),
            (vault, named) => DecideAsync(vault, named, "approve"),
            "coffer-vault approval approve 9e21 --data /srv/vault"),
        ConsoleVerb.Of("deny", "Say no", Argument(),
            (vault, named) => DecideAsync(vault, named, "deny"), "coffer-vault approval deny 9e21 --data /srv/vault"));

    public static string Words(ApprovalItem request) => $"{OperationWords.Of(request.Operation)} ({request.Object})";

    private static Argument<string> Argument() => new("REQUEST") { Description = "Its id, or the beginning of one" };

    private static async Task<int> ListAsync(VaultConsole vault)
    {
        var requests = (await vault.GetAsync("/approvals", ManagementJson.Default.PageApprovalItem)).Items;
        var table = new TextTable("ID", "STATE", "ASKED", "BY", "UNTIL", "TO", "DECIDED BY");
        foreach (var request in requests)
        {
            vault.Report.Event("approval", request, ManagementJson.Default.ApprovalItem);
            table.Add(
                Shell.Words.Short($"{request.Id}"), Shell.Words.Of(request.State), Shell.Words.Time(request.AskedAt),
                request.Requester, Shell.Words.Time(request.Ends), Words(request), request.Decider ?? "");
        }
        table.Print(vault.Report, "Nobody has asked for anything.");
        return vault.Report.Done(json => json.WriteNumber("requests"u8, requests.Count));
    }

    private static async Task<int> DecideAsync(VaultConsole vault, string named, string verb)
    {
        var request = await Named.ApprovalAsync(vault, named);
        var decided = await vault.PostAsync(
            $"/approvals/{request.Id}/{verb}", ManagementJson.Default.ApprovalItem);
        vault.Report.Line($"{request.Requester} was answered: {Shell.Words.Of(decided.State)}, to {Words(decided)}.");
        return vault.Report.Done(decided, ManagementJson.Default.ApprovalItem);
    }
}
