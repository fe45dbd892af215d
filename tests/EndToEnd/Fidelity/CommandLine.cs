using System.Diagnostics;

namespace Coffer.EndToEnd.Fidelity;

/// <summary>What a command said when it was done.</summary>
public sealed record CommandOutcome(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;

    public CommandOutcome ShouldExitWith(params int[] codes)
    {
        codes.ShouldContain(ExitCode, All);
        return this;
    }
}

/// <summary>Runs programs to their end; a bound on each keeps a hanging one from hanging the suite.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(5);

    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// The command under test: COFFER, or the one of this checkout, which builds itself when it must.
    /// </summary>
    public static string Coffer { get; } =
        Environment.GetEnvironmentVariable("COFFER") ?? Path.Combine(Repository, "coffer");

    public static string Script(string name) =>
        Path.Combine(Repository, "tests", "EndToEnd", "Fidelity", name);

    public static Task<CommandOutcome> CofferAsync(params string[] arguments) => RunAsync(Coffer, arguments);

    public static async Task<CommandOutcome> RunAsync(string program, params string[] arguments)
    {
        using var process = StartTalking(program, arguments);
        process.StandardInput.Close();
        using var bound = new CancellationTokenSource(s_bound);
        var output = process.StandardOutput.ReadToEndAsync(bound.Token);
        var errors = process.StandardError.ReadToEndAsync(bound.Token);
        try
        {
            await process.WaitForExitAsync(bound.Token);
            return new CommandOutcome(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in {s_bound}.", e);
        }
    }

    /// <summary>With its standard input open.</summary>
    public static Process StartTalking(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static string FindRepository()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (at.EnumerateFiles("Coffer.slnx").Any()) return at.FullName;
        throw new InvalidOperationException("The tests do not lie within the checkout.");
    }
}
