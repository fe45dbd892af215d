using Coffer.Cli.Shell;

namespace Coffer.Cli.Compose.Inputs;

/// <summary>Asks whoever sits at the terminal; Ctrl-C ends a question.</summary>
internal static class Question
{
    /// <summary>What was typed, without blanks around it; null where the input has ended.</summary>
    /// <param name="usual">What an empty line stands for; "" for itself.</param>
    public static async Task<string?> AskAsync(Invocation invocation, string text, string usual = "")
    {
        invocation.Printer.Flush();
        Console.Error.Write(usual.Length > 0 ? $"{text} [{usual}]: " : $"{text}: ");
        string? typed = await TypedAsync(invocation, Console.ReadLine);
        return typed?.Trim() is { Length: > 0 } words ? words : typed is null ? null : usual;
    }

    /// <summary>An input that has ended is no.</summary>
    public static async Task<bool> AgreesAsync(Invocation invocation, string text, bool isUsual)
    {
        while (await AskAsync(invocation, $"{text} {(isUsual ? "[Y/n]" : "[y/N]")}") is { } typed)
        {
            if (typed.Length == 0) return isUsual;
            if (typed.Equals("y", StringComparison.OrdinalIgnoreCase)
                || typed.Equals("yes", StringComparison.OrdinalIgnoreCase)) return true;
            if (typed.Equals("n", StringComparison.OrdinalIgnoreCase)
                || typed.Equals("no", StringComparison.OrdinalIgnoreCase)) return false;
        }

        return false;
    }

    /// <summary>
    /// The terminal cannot be told that nobody waits for it any more: a read that is cut short is left to itself, and
    /// the process ends soon after.
    /// </summary>
    public static async Task<T> TypedAsync<T>(Invocation invocation, Func<T> read) =>
        await Task.Run(read, CancellationToken.None).WaitAsync(invocation.Cancellation);
}
