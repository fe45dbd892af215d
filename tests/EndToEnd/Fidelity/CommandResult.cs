using System.Text.Json;

namespace Coffer.EndToEnd.Fidelity;

/// <summary>The last line of a command that was asked for JSON.</summary>
internal sealed class CommandResult(CommandOutcome outcome) : IDisposable
{
    private readonly JsonDocument _json =
        JsonDocument.Parse(outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);

    public string Output { get; } = outcome.All;

    public static async Task<CommandResult> OfAsync(int[] exitCodes, params string[] arguments) =>
        new((await CommandLine.CofferAsync([.. arguments, "--json"])).ShouldExitWith(exitCodes));

    public long Number(string name) => _json.RootElement.GetProperty(name).GetInt64();

    public string? Text(string name) => _json.RootElement.GetProperty(name).GetString();

    public void Dispose() => _json.Dispose();
}
