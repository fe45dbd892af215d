using System.CommandLine;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Policies.Wording;

namespace Coffer.Cli.Commands.Policies.Editing;

/// <summary><c>coffer policy set</c>: changes what is named of schedule and retention, and leaves the rest.</summary>
internal sealed class PolicySetCommand : CofferCommand
{
    private readonly Dictionary<string, Option<string?>> _options = PolicyOptions.All.ToDictionary(
        option => option.Name,
        option => new Option<string?>(option.Name) { Description = option.Description, HelpName = option.Value });

    public PolicySetCommand()
        : base("set", "Change when backups run and how long points are kept",
            "coffer policy set --at 06:00,18:00 --daily 14",
            "coffer policy set --days Mon,Wed,Fri --daily off --weekly 8 --weekly-on Fri",
            "coffer policy set --monthly 24 --monthly-on 'last Friday' --yearly off --pin-file -")
    {
        foreach (var option in PolicyOptions.All) Add(_options[option.Name]);
        Add(SharedOptions.PinFile);
        Add(SharedOptions.Confirm);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        if (!_options.Values.Any(invocation.IsGiven))
            throw FaultException.Usage("usage", "Say what of schedule or retention is to change.",
                $"For example `{Examples[0]}`; `coffer policy set --help` shows all that there is, `coffer policy`"
                + " what is in force.");
        using var changing = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var before = invocation.Home.ReadPolicy()
            ?? throw FaultException.Usage(
                "policy.none", "Nothing is protected yet.", "`coffer protect FOLDER` begins.");
        var given = new PolicyOptions(name => invocation.Value(_options[name]));
        var policy = before with { Schedule = given.Of(before.Schedule), Retention = given.Of(before.Retention) };
        PolicyEdit.Require(policy);
        return await PolicyEdit.PutAsync(invocation, before, policy);
    }
}
