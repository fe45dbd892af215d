using System.Text.Json;

namespace Coffer.EndToEnd.Setup;

/// <summary>The command at a terminal, with somebody who answers.</summary>
internal static class AtTerminal
{
    /// <summary>What Ctrl-C types.</summary>
    public const string Interrupt = "\u0003";

    /// <param name="answers">What is asked, in part, and what is typed then.</param>
    public static Run Run(Machine machine, (string Asked, string Typed)[] answers, params string[] arguments)
    {
        string script = Path.Combine(Machine.Root(), "tests/EndToEnd/Setup/at_terminal.py");
        string all = JsonSerializer.Serialize(answers.Select(answer => (string[])
            [answer.Asked, answer.Typed == Interrupt ? Interrupt : answer.Typed + "\r"]));
        return machine.Start("python3", [script, all, Machine.Command, .. arguments]);
    }
}
