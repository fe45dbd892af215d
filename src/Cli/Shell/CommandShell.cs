using System.CommandLine;
using Coffer.Cli.Output;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;

namespace Coffer.Cli.Shell;

/// <summary>
/// The way of every command: parse, run, tell the result, map it to an exit code. The only place that catches what
/// it does not know.
/// </summary>
internal static class CommandShell
{
    /// <summary>
    /// Without response files: a name that begins with an @ is a name, and what a file holds is no option.
    /// </summary>
    private static readonly ParserConfiguration s_parsing = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(string[] args, TimeProvider time)
    {
        var root = new CofferRoot();
        if (args is ["help", .. var named]) args = HelpOf(root, named);
        var parsed = root.Parse(args, s_parsing);
        using var printer = new Printer(parsed.GetValue(SharedOptions.Json) || OddValues.AsksForJson(args));
        if (parsed.Action is HelpWithExamples) return (int)Conclude(printer, Help(printer, parsed));
        if (WrongUsage.FaultOf(parsed, args) is { } wrong) return (int)Conclude(printer, Told(printer, wrong));
        var command = CofferRoot.CommandOf(parsed);
        using var interrupts = new Interrupts(printer, command);
        var invocation = new Invocation(parsed, new RawArguments(args), printer, time, interrupts.Token);
        return (int)Conclude(printer, await RunAsync(command, invocation));
    }

    /// <summary>Runs a command line as one step of another command: told, but not concluded.</summary>
    /// <param name="passphrase">See <see cref="Invocation.ChosenPassphrase"/>.</param>
    public static Task<Outcome> RunStepAsync(Invocation whole, string[] args, string? passphrase)
    {
        var parsed = new CofferRoot().Parse(args, s_parsing);
        if (WrongUsage.FaultOf(parsed, args) is { } wrong) return Task.FromResult(Told(whole.Printer, wrong));
        var step = new Invocation(parsed, new RawArguments(args), whole.Printer, whole.Time, whole.Cancellation)
        {
            IsStep = true,
            ChosenPassphrase = passphrase,
        };
        return RunAsync(CofferRoot.CommandOf(parsed), step);
    }

    /// <summary><c>coffer help COMMAND</c>; a command that is none is told as without the word.</summary>
    private static string[] HelpOf(CofferRoot root, string[] named) =>
        root.Parse(named, s_parsing).UnmatchedTokens.Count > 0 ? named : [.. named, "--help"];

    private static Task<Outcome> RunAsync(CofferCommand command, Invocation invocation) =>
        GuardAsync(invocation, () => command.RunAsync(invocation));

    /// <summary>What is thrown is told, and becomes the outcome.</summary>
    public static async Task<Outcome> GuardAsync(Invocation invocation, Func<Task<Outcome>> act)
    {
        try
        {
            return await act();
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
        var outcome = Told(printer, Faults.Of(e));
        if (Environment.GetEnvironmentVariable("COFFER_DEBUG") == "1")
            foreach (string line in e.ToString().Split('\n')) printer.Note(line);
        return outcome;
    }

    private static Outcome Told(Printer printer, Fault fault)
    {
        printer.Error(fault);
        return new Outcome(ExitCodes.Of(fault.Kind), json => Faults.Write(json, fault));
    }

    // Not through the console's own writer: it throws where nobody reads.
    private static Outcome Help(Printer printer, ParseResult parsed)
    {
        using var text = new StringWriter { NewLine = "\n" };
        _ = parsed.Invoke(new InvocationConfiguration { Output = text, EnableDefaultExceptionHandler = false });
        printer.Text(OptionalArguments.Bracket(text.ToString(), parsed.CommandResult.Command));
        return Outcome.Silent;
    }

    /// <summary>A list that is cut short by a full disk must not pass for a whole one.</summary>
    private static ExitCode Conclude(Printer printer, Outcome outcome)
    {
        if (!ReferenceEquals(outcome, Outcome.Silent)) printer.Result(outcome);
        if (printer.Failure is not { } reason) return outcome.Code;
        printer.Tell(new Fault("output.lost", FaultKind.Failed, $"The output could not be written: {reason}.",
            "What the command did is done; only what it printed is not whole."));
        return outcome.Code is ExitCode.Completed or ExitCode.CompletedWithWarnings ? ExitCode.Failed : outcome.Code;
    }
}
