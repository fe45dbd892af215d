namespace Coffer.Cli.Shell;

/// <summary>
/// A command that is one function and takes no options of its own: a noun's <c>show</c> or <c>list</c>.
/// </summary>
internal sealed class VerbCommand(
    string name, string description, Func<Invocation, Task<Outcome>> run, params string[] examples)
    : CofferCommand(name, description, examples)
{
    public override Task<Outcome> RunAsync(Invocation invocation) => run(invocation);
}
