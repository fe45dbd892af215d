using System.CommandLine;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Audits;

/// <summary><c>coffer-vault audit list</c>: a page at a time, as the log may be long.</summary>
internal sealed class AuditListCommand : ConsoleCommand
{
    private const int PageSize = 500;

    private readonly Option<long> _after = new("--after")
    {
        Description = "Only entries after this number",
        HelpName = "N",
    };

    public AuditListCommand()
        : base("list", "List the audit log, oldest first",
            "coffer-vault audit list --data /srv/vault | tail",
            "coffer-vault audit list --after 1200 --json --data /srv/vault") => Options.Add(_after);

    public static async Task<int> ListAsync(VaultConsole vault, long from)
    {
        string? after = $"{from}";
        long entries = 0;
        while (after is not null)
        {
            var page = await vault.GetAsync(
                $"/audit?limit={PageSize}&after={after}", ManagementJson.Default.PageAuditEntry);
            foreach (var entry in page.Items)
            {
                vault.Report.Event("entry", entry, ManagementJson.Default.AuditEntry);
                string details = string.Join("", entry.Details.Where(detail => detail.Value.Length > 0)
                    .Select(detail => $"; {detail.Key} {detail.Value}"));
                vault.Report.Line($"{entry.Number,6}  {entry.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss}"
                    + $"  {Words.Of(entry.Outcome),-7}  {entry.Actor}: {entry.Operation} {entry.Object}{details}");
            }
            entries += page.Items.Count;
            after = page.Next;
        }
        return vault.Report.Done(json => json.WriteNumber("entries"u8, entries));
    }

    protected override Task<int> RunAsync(VaultConsole vault, ParseResult parsed) =>
        ListAsync(vault, parsed.GetValue(_after));
}
