using Coffer.Contracts.Registration;
using Coffer.Domain;

namespace Coffer.Vault.Sharing;

/// <summary>What counts for one machine of a keyspace that is shared, or of which something is distrusted.</summary>
/// <param name="terms">Null: not shared.</param>
internal sealed class MemberAudience(
    MachineId machine, SharingTerms? terms, IReadOnlyDictionary<MachineId, Distrust> distrusted) : Audience
{
    private readonly bool _isCircle = terms is not { MembersTrustEachOther: false };

    // Of a machine outside of the circle.
    private readonly Distrust? _outside =
        distrusted.GetValueOrDefault(machine) is { IsOutside: true } distrust ? distrust : null;

    public override MachineId Machine => machine;

    public override bool IsEverybody => terms is { MembersTrustEachOther: true } && distrusted.Count == 0;

    public override bool MarksAll => IsEverybody;

    public override bool SharesMarks => _isCircle;

    public override bool Counts(MachineId? writer, DateTimeOffset received)
    {
        // A receipt that is lost: it may have been anybody's, also that of somebody who is not believed.
        if (writer is not { } sender) return _isCircle && distrusted.Count == 0;
        var doubt = distrusted.GetValueOrDefault(sender);
        if (doubt?.Holds(received) == true) return false;
        return sender == machine || (_isCircle && doubt?.IsOutsideAt(received) != true);
    }

    public override bool Marks(MachineId? writer, DateTimeOffset received) => Counts(writer, received)
        && (_outside is null || !_isCircle || (writer == machine && _outside.IsOutsideAt(received)));
}
