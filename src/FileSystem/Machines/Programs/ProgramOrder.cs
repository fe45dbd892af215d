namespace Coffer.FileSystem.Machines.Programs;

/// <summary>A program to run, and for how long.</summary>
/// <param name="Path">Absolute; run as it is, without a shell and without looking for it.</param>
/// <param name="Arguments">Handed over as they are: nothing in them is split or expanded.</param>
public sealed record ProgramOrder(string Path, IReadOnlyList<string> Arguments)
{
    /// <summary>All that the program finds in its environment, beside PATH and LANG.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How much of the end of each output is kept.</summary>
    public int KeptBytes { get; init; } = 1024;

    /// <summary>What goes to standard error is kept with the rest, in the order in which it came.</summary>
    public bool JoinsErrors { get; init; }
}

public enum ProgramEnding
{
    /// <summary>By itself, with an exit code.</summary>
    Exited = 1,

    /// <summary>By a signal of somebody else.</summary>
    Signalled = 2,

    /// <summary>It was ended at its time limit.</summary>
    TimedOut = 3,

    /// <summary>It was ended because the caller no longer wanted it.</summary>
    Cancelled = 4,

    NotStarted = 5,
}

/// <summary>What became of a program.</summary>
/// <param name="Code">Its exit code, the signal's number, or the system's error where it was not started.</param>
/// <param name="Output">The end of what it wrote, at most <see cref="ProgramOrder.KeptBytes"/>.</param>
/// <param name="Errors">The same of standard error; empty where that was joined.</param>
/// <param name="OutputBytes">How much it wrote in all: more than is kept, perhaps.</param>
public sealed record ProgramEnd(
    ProgramEnding Ending, int Code, byte[] Output, byte[] Errors, long OutputBytes)
{
    public bool IsGood => Ending == ProgramEnding.Exited && Code == 0;

    internal static ProgramEnd NotStarted(OsError error) => new(ProgramEnding.NotStarted, error.Code, [], [], 0);

    /// <summary>Behind the program's name, without a full stop: "ended with 3".</summary>
    public string Told => Ending switch
    {
        ProgramEnding.Exited => $"ended with {Code}",
        ProgramEnding.Signalled => $"was ended by signal {Code}",
        ProgramEnding.TimedOut => "had not ended at its time limit and was ended",
        ProgramEnding.Cancelled => "was ended",
        _ => $"could not be started: {OsError.FromErrno(Code).Text}",
    };
}
