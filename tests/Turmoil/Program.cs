using Coffer.Turmoil.Working;
using Xunit.Runner.InProc.SystemConsole;

namespace Coffer.Turmoil;

/// <summary>The tests; or, started by them, the process that works in a vault until it is killed.</summary>
public static class Program
{
    public const string WorkerArgument = "worker";

    public static Task<int> Main(string[] args) =>
        args is [WorkerArgument, var root, var seed] ? Worker.RunAsync(root, int.Parse(seed)) : ConsoleRunner.Run(args);
}
