using System.CommandLine;
using System.Globalization;
using Coffer.Contracts.Management;
using Coffer.Contracts.Wire;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Server.Commands.Shell;
using Coffer.Server.Console;

namespace Coffer.Server.Commands.Audits;

/// <summary><c>coffer-vault audit verify</c>: whether the log is whole; ends with 1 where it is not.</summary>
internal sealed class AuditVerifyCommand : ConsoleCommand
{
    private readonly Option<string?> _head = new("--head")
    {
        Description = "A head that was noted earlier: without one, a log that was cut or written anew cannot be told",
        HelpName = "N:HASH",
    };

    public AuditVerifyCommand()
        : base("verify", "Check the chain of the audit log, and print its head to be noted elsewhere",
            "coffer-vault audit verify --data /srv/vault",
            "coffer-vault audit verify --head \"$(cat /mnt/elsewhere/head)\" --data /srv/vault") => Options.Add(_head);

    protected override async Task<int> RunAsync(VaultConsole vault, ParseResult parsed)
    {
        string query = parsed.GetValue(_head) is { } noted ? QueryOf(HeadOf(noted)) : "";
        var verdict = await vault.GetAsync($"/audit/verify{query}", ManagementJson.Default.AuditVerdict);
        if (verdict.Finding is { } finding)
        {
            vault.Report.Line($"The audit log does not fit at entry {finding.Number} ({Words.Of(finding.Defect)}):"
                + $" expected {finding.Expected}, found {finding.Found}.");
            vault.Report.Line("Somebody who can write to the vault's folder has changed it, or its disk has.");
            return vault.Report.Failed(verdict, ManagementJson.Default.AuditVerdict);
        }
        vault.Report.Line($"The audit log is whole up to its entry {verdict.Head.Number}. Its head:");
        vault.Report.Line($"{verdict.Head.Number}:{verdict.Head.Hash}");
        vault.Report.Line("Note it where the vault's administrators cannot write, and give it with --head next time.");
        return vault.Report.Done(verdict, ManagementJson.Default.AuditVerdict);
    }

    /// <exception cref="FaultException"><c>audit.head</c>.</exception>
    internal static AuditHead HeadOf(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string hash = colon < 0 ? "" : text[(colon + 1)..].Trim();
        bool isRight = long.TryParse(
                text.AsSpan(0, Math.Max(0, colon)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture,
                out long number)
            && hash.Length == AuditHead.Start.Hash.Length && hash.All(char.IsAsciiHexDigitLower);
        return isRight ? new AuditHead(number, hash) : throw FaultException.Usage("audit.head",
            $"'{text}' is no head of an audit log.", "Give it as `audit verify` printed it: N:HASH.");
    }

    private static string QueryOf(AuditHead head) => $"?number={head.Number}&hash={head.Hash}";
}
