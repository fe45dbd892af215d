using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Cli.Output;
using Coffer.Cli.Shell.Parsing;
using Coffer.FileSystem.Machines;

namespace Coffer.Cli.Shell;

/// <summary>Everything that one run of a command has to work with.</summary>
internal sealed class Invocation(ParseResult parsed, RawArguments raw, Printer printer, CancellationToken cancellation)
{
    private AgentHome? _home;

    public Printer Printer => printer;

    public RawArguments Raw => raw;

    public TimeProvider Time => TimeProvider.System;

    /// <summary>Set by the first Ctrl-C.</summary>
    public CancellationToken Cancellation => cancellation;

    public AgentHome Home => _home ??= new AgentHome(HomeFolder());

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>Whether the user wrote the option, rather than its default standing in.</summary>
    public bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };

    private string HomeFolder()
    {
        if (Value(SharedOptions.Home) is { Length: > 0 } given) return given;
        if (Environment.GetEnvironmentVariable("COFFER_HOME") is { Length: > 0 } set) return set;
        if (MachineFacts.IsRoot) return "/var/lib/coffer";
        string? data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        if (data is not { Length: > 0 })
            data = Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".local", "share");
        return Path.Combine(data, "coffer");
    }
}
