using System.CommandLine;
using Coffer.Domain;

namespace Coffer.Server.Commands;

/// <summary>One command of <c>coffer-vault</c>; a fault ends it with a message and the exit code of its kind.</summary>
internal abstract class ServiceCommand : Command
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The folder of the vault; made where it is missing",
        HelpName = "DIR",
        Required = true,
    };

    protected ServiceCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(Data);
        SetAction(RunToldAsync);
    }

    protected abstract Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken);

    private async Task<int> RunToldAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(parsed, cancellationToken);
        }
        catch (FaultException e)
        {
            await System.Console.Error.WriteLineAsync($"error: {e.Fault.Message} [{e.Fault.Code}]");
            if (e.Fault.Guidance.Length > 0) await System.Console.Error.WriteLineAsync($"  {e.Fault.Guidance}");
            return (int)e.Fault.Kind;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130; // 128 + SIGINT, as shells count
        }
    }
}
