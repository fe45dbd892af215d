using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Setup;

/// <summary>
/// <c>coffer setup</c>: the wizard. It asks, shows all of it with the commands that do it, and then gives those
/// commands: there is nothing that it can and they cannot.
/// </summary>
internal sealed class SetupCommand() : CofferCommand(
    "setup", "Set up backups of this machine, question by question",
    "coffer setup                             # at a terminal; scripts use `protect`, `register` and `policy apply`")
{
    private volatile bool _isWorking;

    public override string InterruptNote =>
        _isWorking ? "Cancelling; what is done stays." : "Stopping; nothing was set up or changed.";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        if (!invocation.Printer.CanAsk)
            throw FaultException.Usage("setup.terminal", "The wizard asks at a terminal, and there is none to ask at.",
                "In a script: `coffer protect PATH --vault FOLDER`, or `coffer register FILE` and then `coffer protect"
                + " PATH`; `coffer policy apply FILE` for all of a policy.");
        var answers = await SetupQuestions.AskAsync(invocation);
        var steps = new SetupSteps(invocation, answers).All();
        if (steps.Count == 0)
        {
            invocation.Printer.Line("All of that is set up already: there is nothing to do.");
            return Outcome.Completed;
        }

        SetupReview.Tell(invocation.Printer, answers, steps, invocation.Home.PassphraseFile);
        if (await Question.AgreesAsync(invocation, "Do this?", isUsual: false))
            return await WorkAsync(invocation, steps);
        invocation.Printer.Line("Nothing was set up or changed.");
        return new Outcome(ExitCode.Cancelled);
    }

    private async Task<Outcome> WorkAsync(Invocation invocation, IReadOnlyList<SetupStep> steps)
    {
        _isWorking = true;
        var worst = ExitCode.Completed;
        for (int i = 0; i < steps.Count; i++)
        {
            invocation.Printer.Line();
            invocation.Printer.Line($"({i + 1} of {steps.Count}) {steps[i].Command}");
            invocation.Printer.Flush();
            var code = (await steps[i].RunAsync()).Code;
            if (code == ExitCode.CompletedWithWarnings) worst = code;
            else if (code != ExitCode.Completed) return Stopped(invocation, steps, i, code);
        }

        invocation.Printer.Line();
        invocation.Printer.Line(
            "All is set up. `coffer status` shows how it stands, `coffer restore` brings things back.");
        if (invocation.Home.HoldsPassphrase)
            invocation.Printer.Line($"Move {invocation.Home.PassphraseFile} off this machine.");
        return new Outcome(worst);
    }

    private static Outcome Stopped(Invocation invocation, IReadOnlyList<SetupStep> steps, int at, ExitCode code)
    {
        var printer = invocation.Printer;
        printer.Line();
        printer.Line(at == 0 ? "It stopped at the first step." : $"It stopped at step {at + 1}; done before it");
        for (int i = 0; i < at; i++) printer.Line($"  {steps[i].Command}");
        printer.Line("Still to be done, by hand or by `coffer setup`, which goes on from what is there");
        for (int i = at; i < steps.Count; i++) printer.Line($"  {steps[i].Command}");
        return new Outcome(code);
    }
}
