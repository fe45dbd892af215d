using System.CommandLine;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Policies.Wording;
using Coffer.Format.Policies;

namespace Coffer.Server.Commands.Policies;

/// <summary>The options of <c>coffer policy set</c>, as a command here takes them.</summary>
internal sealed class PolicyGiven
{
    private readonly Dictionary<string, Option<string?>> _options = PolicyOptions.All.ToDictionary(
        option => option.Name,
        option => new Option<string?>(option.Name) { Description = option.Description, HelpName = option.Value });

    public void AddTo(Command command)
    {
        foreach (var option in PolicyOptions.All) command.Options.Add(_options[option.Name]);
    }

    public PolicyOptions Of(ParseResult parsed) => new(name => parsed.GetValue(_options[name]));

    /// <summary>The parts that are named, as they are once they are changed.</summary>
    public byte[] MembersOf(ParseResult parsed, ProtectionPolicy before)
    {
        var given = Of(parsed);
        var after = before with { Schedule = given.Of(before.Schedule), Retention = given.Of(before.Retention) };
        var parts = new List<PolicyPart>();
        if (given.ChangesSchedule) parts.Add(PolicyPart.Schedule);
        if (given.ChangesRetention) parts.Add(PolicyPart.Retention);
        return PolicyMembers.Encode(after, parts);
    }
}
