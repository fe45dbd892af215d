using System.CommandLine;
using Coffer.Domain;
using Coffer.Server.Commands.Shell;

namespace Coffer.Server.Commands;

/// <summary>One command of <c>coffer-vault</c>; a fault ends it with a message and the exit code of its kind.</summary>
internal abstract class ServiceCommand : Command
{
    /// <summary>So that a command that somebody was told can be typed as it stands.</summary>
    public const string DataVariable = "COFFER_VAULT_DATA";

    public static readonly Option<string?> Data = new("--data")
    {
        Description = $"The folder of the vault (else {DataVariable}); `serve` makes it where it is missing",
        HelpName = "DIR",
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "One JSON object a line; the last line is the result",
    };

    public const int Cancelled = 130; // 128 + SIGINT, as shells count

    /// <param name="examples">Command lines, with a remark behind <c>#</c> where needed.</param>
    protected ServiceCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        Options.Add(Data);
        SetAction(RunToldAsync);
    }

    public IReadOnlyList<string> Examples { get; }

    /// <exception cref="FaultException"><c>data.needed</c>.</exception>
    protected static string DataOf(ParseResult parsed) =>
        parsed.GetValue(Data) ?? Environment.GetEnvironmentVariable(DataVariable) switch
        {
            { Length: > 0 } set => set,
            _ => throw FaultException.Usage("data.needed", "Which vault this is about is not said.",
                $"Give --data DIR, the folder of the vault, or set {DataVariable}."),
        };

    protected static TimeProvider TimeOf(ParseResult parsed) =>
        ((ServiceRoot)parsed.RootCommandResult.Command).Time;

    protected abstract Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken);

    private async Task<int> RunToldAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(parsed, cancellationToken);
        }
        catch (FaultException e)
        {
            return new Report(Options.Contains(Json) && parsed.GetValue(Json)).Failed(e.Fault);
        }
        catch (CorruptionException e)
        {
            return new Report(Options.Contains(Json) && parsed.GetValue(Json)).Failed(new Fault(
                "vault.answer", FaultKind.Failed, $"The service answers what this command does not know: {e.Message}",
                "Use the same version of coffer-vault for both."));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Cancelled;
        }
    }
}
