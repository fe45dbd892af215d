using System.Reflection;
using Coffer.Cli.Shell;

// Answered before anything else is loaded: scripts ask for it, and it must not cost a tenth of a second.
if (args is ["--version"])
{
    var version = Assembly.GetExecutingAssembly().GetName().Version;
    try
    {
        Console.Out.WriteLine(version is null ? "unknown" : version.ToString(3));
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        return (int)ExitCode.Failed;
    }
}

// Before all that needs files of its own.
if (!OpenFileLimit.IsEnough(args.AsSpan().Contains("--json"))) return (int)ExitCode.Failed;
return await CommandShell.RunAsync(args, TimeProvider.System);
