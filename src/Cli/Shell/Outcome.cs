using System.Text.Json;
using Coffer.Contracts.Jobs;

namespace Coffer.Cli.Shell;

/// <summary>How a command ended.</summary>
/// <param name="Fields">What the result line of <c>--json</c> holds beside result and exit code.</param>
internal sealed record Outcome(ExitCode Code, Action<Utf8JsonWriter>? Fields = null)
{
    public static Outcome Completed { get; } = new(ExitCode.Completed);

    /// <summary>Without a result to tell: help.</summary>
    public static Outcome Silent { get; } = new(ExitCode.Completed);

    public static Outcome Of(JobState state, Action<Utf8JsonWriter>? fields = null) =>
        new(ExitCodes.Of(state), fields);
}
