using System.CommandLine;

namespace Coffer.Server.Commands.Audits;

/// <summary><c>coffer-vault audit …</c>.</summary>
internal static class AuditCommands
{
    public static Command Noun() => new("audit", "What was done and refused, and by whom")
    {
        new AuditListCommand(),
        new AuditVerifyCommand(),
    };
}
