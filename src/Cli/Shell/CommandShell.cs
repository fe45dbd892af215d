using System.CommandLine;
using Coffer.Cli.Output;
using Coffer.Cli.Shell.Parsing;

namespace Coffer.Cli.Shell;

/// <summary>
/// The way of every command: parse, run, tell the result, map it to an exit code. The only place that catches what
/// it does not know.
/// </summary>
internal static class CommandShell
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new CofferRoot();
        var parsed = root.Parse(args);
        using var printer = new Printer(parsed.GetValue(SharedOptions.Json));
        if (parsed.Action is HelpWithExamples) return parsed.Invoke();
        if (parsed.Errors.Count > 0) return (int)Conclude(printer, WrongUsage.Outcome(printer, parsed));
        using var interrupts = new Interrupts(printer);
        var invocation = new Invocation(parsed, new RawArguments(args), printer, interrupts.Token);
        return (int)Conclude(printer, await RunAsync(CofferRoot.CommandOf(parsed), invocation));
    }

    private static async Task<Outcome> RunAsync(CofferCommand command, Invocation invocation)
    {
        try
        {
            return await command.RunAsync(invocation);
        }
        catch (OperationCanceledException) when (invocation.Cancellation.IsCancellationRequested)
        {
            return new Outcome(ExitCode.Cancelled);
        }
        catch (Exception e)
        {
            return Told(invocation.Printer, e);
        }
    }

    private static Outcome Told(Printer printer, Exception e)
    {
        var fault = Faults.Of(e);
        printer.Error(fault);
        if (Environment.GetEnvironmentVariable("COFFER_DEBUG") == "1") printer.Note(e.ToString());
        return new Outcome(ExitCodes.Of(fault.Kind), json => Faults.Write(json, fault));
    }

    private static ExitCode Conclude(Printer printer, Outcome outcome)
    {
        printer.Result(outcome);
        return outcome.Code;
    }
}
