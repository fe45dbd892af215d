using System.Text;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Wording;
using Coffer.Domain.Retention;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Catalogs;
using Coffer.Vault.Opening;
using Coffer.Vault.Protection;
using Coffer.Vault.Security;

namespace Coffer.Vault.Editing;

/// <summary>What an edit would change, before anybody makes it.</summary>
internal sealed class EditPreview(OpenVault vault)
{
    public PolicyEditPreview Of(ServerDescription server, PolicyEditRequest request)
    {
        var edit = ComposedEdit.Of(vault, server.Id, request.Json, request.BasedOn);
        var (before, after) = (edit.Before, edit.After);
        return new PolicyEditPreview(
            server.Id, server.Name, before.Version, Encoding.UTF8.GetString(edit.Json), edit.Parts,
            PolicyWords.Of(before.Schedule), PolicyWords.Of(after.Schedule),
            PolicyWords.Of(before.Retention), PolicyWords.Of(after.Retention),
            [.. edit.Weakening.Weakens.Select(each => new WeaknessView(each.Kind, PathText.Render(each.Subject)))],
            PinFor(edit.Weakening.Operations), Subjects.OfPolicy(edit.Json),
            [.. PointsOf(server.Id, before, after)]);
    }

    // As the guard asks for it.
    private CriticalOperation? PinFor(IReadOnlyList<CriticalOperation> operations)
    {
        foreach (var operation in operations)
            if (OperationDemand.Of(operation, vault.Settings).NeedsPin) return operation;
        return null;
    }

    private IEnumerable<PointsPreview> PointsOf(MachineId machine, ProtectionPolicy before, ProtectionPolicy after)
    {
        foreach (var source in vault.Catalog.Machines.SourcesOf(machine))
        {
            // No edit touches the points of a source that is frozen.
            if (FrozenSources.Find(vault, machine, source.Id) is not null) continue;
            if (Compare(source, before, after) is { Points: > 0 } preview) yield return preview;
        }
    }

    private PointsPreview Compare(SourceRow source, ProtectionPolicy before, ProtectionPolicy after)
    {
        KeptPoint[] points =
        [
            .. vault.Catalog.Points.List(new PointFilter(Source: source.Id))
                .Where(point => point is { State: PointState.Live, IsGivenUp: false })
                .Select(point => point.ForRetention()),
        ];
        var now = vault.Now;
        var kept = RetentionPreview.On(now, now, before.Retention, before.Schedule, points).Kept;
        var then = RetentionPreview.On(now, now, after.Retention, after.Schedule, points).Kept
            .ToDictionary(life => life.Point.Id, life => life.ExpiresAt ?? DateTimeOffset.MaxValue);
        var both = kept.Where(life => then.ContainsKey(life.Point.Id))
            .Select(life => (Now: life.ExpiresAt ?? DateTimeOffset.MaxValue, Then: then[life.Point.Id])).ToList();
        return new PointsPreview(
            source.Id, source.Label, kept.Count, kept.Count - both.Count,
            both.Count(ends => ends.Then < ends.Now), both.Count(ends => ends.Then > ends.Now));
    }
}
