using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Agent.Throttling;
using Coffer.Cli.Output;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Http.Throttling;
using Coffer.Domain;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Shell;

/// <summary>Everything that one run of a command has to work with.</summary>
internal sealed class Invocation(
    ParseResult parsed, RawArguments raw, Printer printer, TimeProvider time, CancellationToken cancellation)
{
    private AgentHome? _home;
    private LineThrottle? _throttle;
    private Invocation? _whole;

    public Printer Printer => printer;

    public RawArguments Raw => raw;

    /// <summary>It is one step of a longer command, which says itself what comes next.</summary>
    public bool IsStep { get; init; }

    /// <summary>A passphrase that was typed before, for the machine that is registered now; null: none was.</summary>
    public string? ChosenPassphrase { get; init; }

    public TimeProvider Time => time;

    /// <summary>Set by the first Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    public AgentHome Home => _home ??= new AgentHome(HomeFolder());

    /// <summary>One for all that this process transfers.</summary>
    public LineThrottle Throttle => _whole?.Throttle ?? (_throttle ??= MachineThrottle.Of(Home, Time));

    /// <summary>The same command with less time: stopped with it, and by this token.</summary>
    public Invocation Within(CancellationToken limit) => new(parsed, raw, printer, time, limit)
    {
        IsStep = IsStep,
        ChosenPassphrase = ChosenPassphrase,
        _whole = this,
    };

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Whether the user wrote the option, rather than its default standing in.</summary>
    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <exception cref="FaultException">
    /// <c>home.unknown</c>: taken below the working folder, keys and vault would lie wherever that is.
    /// </exception>
    private string HomeFolder()
    {
        if (Value(SharedOptions.Home) is { Length: > 0 } given) return given;
        if (Environment.GetEnvironmentVariable("COFFER_HOME") is { Length: > 0 } set) return set;
        if (MachineFacts.IsRoot) return "/var/lib/coffer";
        if (Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { } data && Path.IsPathRooted(data))
            return Path.Combine(data, "coffer");
        return Environment.GetEnvironmentVariable("HOME") is { } home && Path.IsPathRooted(home)
            ? Path.Combine(home, ".local", "share", "coffer")
            : throw FaultException.Usage("home.unknown",
                "There is no telling where Coffer's home is: HOME is not set, or no absolute path.",
                "Set HOME, or give --home DIR.");
    }
}
