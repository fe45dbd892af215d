using System.Text.Json;
using Coffer.Domain;

namespace Coffer.Cli.Shell;

/// <summary>Any exception as something that a person can read and act on.</summary>
internal static class Faults
{
    private const string DebugGuidance = "With COFFER_DEBUG=1 set, the same command tells more.";

    public static Fault Of(Exception e) => e switch
    {
        FaultException known => known.Fault,
        CorruptionException damage => new Fault("data.damaged", FaultKind.Failed,
            $"Damaged data in {damage.Place}: expected {damage.Expected}, found {damage.Found}.",
            "Run `coffer verify --data` to learn what else is affected; `coffer backup` sends again what it can."),
        UnauthorizedAccessException => new Fault("system.denied", FaultKind.Failed, e.Message,
            "Run as a user who may do this."),
        IOException { HResult: var code } when SystemFaults.IsOpenFiles(code) =>
            SystemFaults.OpenFiles($"go on ({e.Message.TrimEnd('.')})").Fault,
        IOException => new Fault("system.error", FaultKind.Failed, $"The system refused: {e.Message}", DebugGuidance),
        TaskSchedulerException { InnerException: { } inner } => Of(inner), // no thread for a task, say
        OutOfMemoryException => new Fault("system.memory", FaultKind.Failed,
            "The system gave this process no more memory, threads or open files.",
            "See what takes them, and the limits (`ulimit -a`; MemoryMax= and TasksMax= of a unit of systemd)."),
        AggregateException { InnerExceptions: [var only] } => Of(only),
        _ => new Fault("unexpected", FaultKind.Failed,
            $"Coffer met something that it did not foresee ({e.GetType().Name}): {e.Message}", DebugGuidance),
    };

    public static void Write(Utf8JsonWriter json, Fault fault)
    {
        json.WriteString("code"u8, fault.Code);
        json.WriteString("message"u8, fault.Message);
        json.WriteString("guidance"u8, fault.Guidance);
    }
}
