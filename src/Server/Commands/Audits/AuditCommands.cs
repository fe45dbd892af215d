using System.CommandLine;

namespace Coffer.Server.Commands.Audits;

/// <summary><c>coffer-vault audit …</c>.</summary>
internal static class AuditCommands
{
    public static Command Noun() => ConsoleVerb.Noun(
        "audit", "What was done and refused, and by whom", vault => AuditListCommand.ListAsync(vault, 0),
        new AuditListCommand(),
        new AuditVerifyCommand());
}
