using Coffer.FileSystem.Machines.Programs;

namespace Coffer.Unit.FileSystem.Snapshots;

/// <summary>Answers in place of the system's tools as was laid down, and remembers what it was asked.</summary>
internal sealed class RecordedTool : ISystemTool
{
    private readonly List<(string Begins, ToolAnswer Answer)> _answers = [];

    /// <summary>Whole command lines, but for what <c>lvs</c> is always asked for.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>With each call, before it is answered.</summary>
    public Action<string> Happens { get; set; } = _ => { };

    /// <summary>Of several that fit, the one that was laid down last.</summary>
    public RecordedTool On(string begins, string output)
    {
        _answers.Insert(0, (begins, ToolAnswer.Good(output)));
        return this;
    }

    public RecordedTool Fails(string begins, string problem)
    {
        _answers.Insert(0, (begins, ToolAnswer.Failed(problem)));
        return this;
    }

    public Task<ToolAnswer> AskAsync(string name, string[] arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return RunAsync(name, arguments);
    }

    public Task<ToolAnswer> RunAsync(string name, params string[] arguments)
    {
        string line = string.Join(' ', arguments.Prepend(name));
        Calls.Add(line.Replace(
            string.Join(' ', Coffer.FileSystem.Snapshots.Lvm.LogicalVolume.Question), "…", StringComparison.Ordinal));
        Happens(line);
        foreach (var (begins, answer) in _answers)
            if (line.StartsWith(begins, StringComparison.Ordinal)) return Task.FromResult(answer);
        throw new InvalidOperationException($"nothing was laid down for: {line}");
    }
}
