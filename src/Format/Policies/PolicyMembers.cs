using System.Text.Json;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Editing;
using Coffer.Domain.Policies.Exclusions;
using Coffer.Format.Records;

namespace Coffer.Format.Policies;

/// <summary>
/// Some members of a policy's JSON, which are to take the place of those that a policy has: an edit, or a template.
/// A schedule without a time zone keeps the machine's. Any other member makes the whole unreadable: what is not
/// understood must not be passed over as if it had been done.
/// </summary>
public static class PolicyMembers
{
    /// <summary>Which they are, whatever their values.</summary>
    /// <exception cref="CorruptionException">Not such members.</exception>
    public static IReadOnlyList<PolicyPart> PartsOf(byte[] members, string place) =>
        CanonicalJson.Read(members, place, static root => (IReadOnlyList<PolicyPart>)[.. Parts(root)]);

    /// <exception cref="CorruptionException">Not such members.</exception>
    /// <exception cref="FaultException">An exclusion that is none.</exception>
    public static ProtectionPolicy Apply(ProtectionPolicy policy, byte[] members, string place) =>
        CanonicalJson.Read(members, place, root =>
            Parts(root).Aggregate(policy, (edited, part) => Apply(edited, part, root.Child(NameOf(part)))));

    public static byte[] Encode(ProtectionPolicy policy, IReadOnlyCollection<PolicyPart> parts)
    {
        using var whole = JsonDocument.Parse(PolicyCodec.Encode(policy));
        return CanonicalJson.Write(json =>
        {
            // In the order of the whole, which is that of their names.
            foreach (var member in whole.RootElement.EnumerateObject())
                if (parts.Any(part => member.NameEquals(NameOf(part)))) member.WriteTo(json);
        });
    }

    private static IEnumerable<PolicyPart> Parts(JsonElement root) =>
        root.EnumerateObject().Select(member => member.Name switch
        {
            "schedule" => PolicyPart.Schedule,
            "retention" => PolicyPart.Retention,
            "items" => PolicyPart.Items,
            "exclusions" => PolicyPart.Exclusions,
            "skipsCacheFolders" => PolicyPart.CacheFolders,
            "snapshots" => PolicyPart.Snapshots,
            _ => throw new FormatException("it has a member that no edit has"),
        });

    private static string NameOf(PolicyPart part) => part switch
    {
        PolicyPart.Schedule => "schedule",
        PolicyPart.Retention => "retention",
        PolicyPart.Items => "items",
        PolicyPart.Exclusions => "exclusions",
        PolicyPart.CacheFolders => "skipsCacheFolders",
        PolicyPart.Snapshots => "snapshots",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "no member for this part"),
    };

    private static ProtectionPolicy Apply(ProtectionPolicy policy, PolicyPart part, JsonElement value) => part switch
    {
        PolicyPart.Schedule => policy with { Schedule = PolicyCodec.ReadSchedule(value, policy.Schedule.TimeZone) },
        PolicyPart.Retention => policy with { Retention = RetentionCodec.Read(value) },
        PolicyPart.Items => policy with
        {
            Items = [.. value.EnumerateArray().Select(each => new PolicyItem(PathText.Parse(TextOf(each))))],
        },
        PolicyPart.Exclusions => policy with
        {
            Exclusions =
                [.. value.EnumerateArray().Select(each => ExclusionPattern.Parse(PathText.Parse(TextOf(each))))],
        },
        PolicyPart.CacheFolders => policy with { SkipsCacheFolders = value.GetBoolean() },
        _ => policy with { Snapshots = PolicyCodec.SnapshotsOf(TextOf(value)) },
    };

    private static string TextOf(JsonElement json) => json.GetString() ?? throw new FormatException("a text is null");
}
