using System.Text;

namespace Coffer.FileSystem.Machines.Programs;

/// <summary>Runs the system's own tools, as lvs and zfs; in tests a double answers in their place.</summary>
internal interface ISystemTool
{
    /// <summary>
    /// One that changes something: run to its end, as what is killed while it freezes a volume leaves it frozen.
    /// </summary>
    /// <param name="name">As it is called, without a path.</param>
    Task<ToolAnswer> RunAsync(string name, params string[] arguments);

    /// <summary>One that only asks: it is ended with the job.</summary>
    /// <inheritdoc cref="RunAsync"/>
    Task<ToolAnswer> AskAsync(string name, string[] arguments, CancellationToken cancellationToken);
}

/// <param name="Output">Where it succeeded: all that it wrote.</param>
/// <param name="Problem">Where not: one phrase that says why; else empty.</param>
internal sealed record ToolAnswer(string Output, string Problem)
{
    public bool IsGood => Problem.Length == 0;

    public static ToolAnswer Good(string output) => new(output, "");

    public static ToolAnswer Failed(string problem) => new("", problem);
}

/// <summary>Tools from the folders where a system keeps them.</summary>
/// <param name="limit">After it one hangs, and is ended.</param>
internal sealed class SystemTool(TimeProvider time, TimeSpan limit) : ISystemTool
{
    private static readonly string[] s_folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin"];

    // In English and without remarks on descriptors that LVM inherited.
    private static readonly Dictionary<string, string> s_environment =
        new() { ["LC_ALL"] = "C", ["LVM_SUPPRESS_FD_WARNINGS"] = "1" };

    public Task<ToolAnswer> RunAsync(string name, params string[] arguments) =>
        AskAsync(name, arguments, CancellationToken.None);

    public async Task<ToolAnswer> AskAsync(string name, string[] arguments, CancellationToken cancellationToken)
    {
        if (s_folders.Select(folder => $"{folder}/{name}").FirstOrDefault(File.Exists) is not { } path)
            return ToolAnswer.Failed($"the tool {name} is not installed");
        if (ProgramGuard.ReasonAgainst(path) is { } found)
            return ToolAnswer.Failed($"{name} is not run: {found.Reason}");
        var order = new ProgramOrder(path, arguments)
        {
            Environment = s_environment,
            TimeLimit = limit,
            KeptBytes = Limits.ToolOutputBytes,
        };
        var end = await ProgramRun.RunAsync(order, time, cancellationToken);
        if (end.Ending == ProgramEnding.Cancelled) throw new OperationCanceledException(cancellationToken);
        if (!end.IsGood) return ToolAnswer.Failed($"{name} {end.Told}{Said(end.Errors)}");
        return end.OutputBytes <= Limits.ToolOutputBytes
            ? ToolAnswer.Good(Encoding.UTF8.GetString(end.Output))
            : ToolAnswer.Failed($"{name} told more than can be read");
    }

    private static string Said(byte[] errors)
    {
        string[] lines = Encoding.UTF8.GetString(errors)
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string text = string.Join("; ", lines.TakeLast(3)).TrimEnd('.');
        return text.Length == 0 ? "" : $": {Domain.PathText.Render(Encoding.UTF8.GetBytes(text))}";
    }
}
