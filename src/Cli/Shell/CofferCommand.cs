using System.CommandLine;

namespace Coffer.Cli.Shell;

/// <summary>One command: what it takes, how its help explains it, what it does.</summary>
internal abstract class CofferCommand : Command
{
    /// <param name="examples">
    /// Command lines that work as they stand, with a remark behind <c>#</c> where needed.
    /// </param>
    protected CofferCommand(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;

        // Never run: the shell does. Without one the parser holds that a noun needs a verb.
        SetAction(static _ => 0);
    }

    public IReadOnlyList<string> Examples { get; }

    /// <summary>What is told when it is asked to end, before "Once more ends at once."</summary>
    public virtual string InterruptNote => "Stopping.";

    public abstract Task<Outcome> RunAsync(Invocation invocation);
}
