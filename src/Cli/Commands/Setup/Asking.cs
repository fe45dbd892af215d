using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Shell;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Setup;

/// <summary>Questions of the wizard: what is wrong is told at once, and asked again.</summary>
internal sealed class Asking(Invocation invocation)
{
    public Invocation Invocation => invocation;

    public void Tell(params string[] lines)
    {
        foreach (string line in lines) invocation.Printer.Line(line);
    }

    /// <summary>Asks until an answer can be read.</summary>
    /// <param name="usual">What an empty line stands for.</param>
    /// <param name="read">Throws a fault where an answer will not do.</param>
    public async Task<T> UntilAsync<T>(string text, string usual, Func<string, T> read)
    {
        while (true)
        {
            string typed = await Question.AskAsync(invocation, text, usual) ?? throw Ended();
            if (TryRead(() => read(typed), out var value)) return value;
        }
    }

    /// <summary>Something that asks in its own way, until it will do.</summary>
    public async Task<T> UntilAsync<T>(Func<T> ask)
    {
        while (true)
        {
            var asked = await Question.TypedAsync(invocation, () => (Good: TryRead(ask, out var value), value));
            if (asked.Good) return asked.value;
        }
    }

    public Task<bool> AgreesAsync(string text, bool isUsual) => Question.AgreesAsync(invocation, text, isUsual);

    private bool TryRead<T>(Func<T> read, out T value)
    {
        try
        {
            value = read();
            return true;
        }
        catch (FaultException e)
        {
            invocation.Printer.Line($"  {e.Fault.Message} {e.Fault.Guidance}".TrimEnd());
            value = default!;
            return false;
        }
    }

    private static FaultException Ended() => FaultException.Usage(
        "setup.ended", "The input ended before the last question.", "Nothing was set up or changed.");
}
