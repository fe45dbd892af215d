using Coffer.Contracts.Jobs;
using Coffer.Domain;

namespace Coffer.Cli.Shell;

/// <summary>What the process tells whoever started it; never other numbers.</summary>
internal enum ExitCode
{
    Completed = 0,
    Failed = 1,
    Usage = 2,
    CompletedWithWarnings = 3,
    Refused = 4,

    /// <summary>128 + SIGINT, as shells count.</summary>
    Cancelled = 130,
}

/// <summary>The one place where faults and job states become exit codes, and exit codes the word of a result.</summary>
internal static class ExitCodes
{
    public static ExitCode Of(FaultKind kind) => kind switch
    {
        FaultKind.Usage => ExitCode.Usage,
        FaultKind.Refused => ExitCode.Refused,
        _ => ExitCode.Failed,
    };

    public static ExitCode Of(JobState state) => state switch
    {
        JobState.Completed => ExitCode.Completed,
        JobState.CompletedWithWarnings => ExitCode.CompletedWithWarnings,
        JobState.Cancelled or JobState.Cancelling => ExitCode.Cancelled,
        _ => ExitCode.Failed,
    };

    public static string WordOf(ExitCode code) => code switch
    {
        ExitCode.Completed => "completed",
        ExitCode.CompletedWithWarnings => "completed-with-warnings",
        ExitCode.Usage => "usage",
        ExitCode.Refused => "refused",
        ExitCode.Cancelled => "cancelled",
        _ => "failed",
    };
}
