using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Settings;

namespace Coffer.Unit.Domain.Security.Operations;

public sealed class OperationDemandTests
{
    private static readonly MultiUserAuthorization s_bare = new(true, false, false, false);

    [Fact]
    public void Of_ANewVault_WantsThePinForAllButMakingOne()
    {
        Refused(SecuritySettings.Default).ShouldBeEmpty();
        Guarded(SecuritySettings.Default).ShouldBeEmpty();
        All(SecuritySettings.Default).Where(pair => !pair.Demand.NeedsPin).Select(pair => pair.Operation)
            .ShouldBe([CriticalOperation.CreatePin, CriticalOperation.AddApprover]);
    }

    [Fact]
    public void Of_SecurityFeaturesOff_WantsNoPin() =>
        All(new SecuritySettings { HasSecurityFeatures = false })
            .ShouldAllBe(pair => !pair.Demand.NeedsPin && pair.Demand.Refusal == null);

    [Fact]
    public void Of_ImmutableVault_RefusesEarlierDeletionAndShorterRetention() =>
        Refused(new SecuritySettings { Immutability = Immutability.On }).ShouldBe(
        [
            (CriticalOperation.DeleteData, "security.immutable"),
            (CriticalOperation.ShortenRetention, "security.immutable"),
            (CriticalOperation.Unregister, "security.immutable"),
            (CriticalOperation.LowerMinimumRetention, "security.immutable"),
        ]);

    [Fact]
    public void Of_LockedVault_RefusesTheSwitchesThatHoldItUpToo() =>
        Refused(new SecuritySettings { Immutability = Immutability.Locked }).ShouldBe(
        [
            (CriticalOperation.DeleteData, "security.locked"),
            (CriticalOperation.ShortenRetention, "security.locked"),
            (CriticalOperation.Unregister, "security.locked"),
            (CriticalOperation.SecurityFeaturesOff, "security.locked"),
            (CriticalOperation.SoftDeleteOff, "security.locked"),
            (CriticalOperation.ImmutabilityDown, "security.locked"),
            (CriticalOperation.LowerMinimumRetention, "security.locked"),
        ]);

    [Fact]
    public void Of_SoftDeleteAlwaysOn_RefusesWhatWouldEndIt() =>
        Refused(new SecuritySettings { SoftDelete = new SoftDelete(SoftDeleteMode.AlwaysOn, 14) }).ShouldBe(
        [
            (CriticalOperation.SecurityFeaturesOff, "security.always-on"),
            (CriticalOperation.SoftDeleteOff, "security.always-on"),
        ]);

    [Fact]
    public void Of_MultiUserOn_GuardsTheSwitchesWhateverWasChosen() =>
        Guarded(new SecuritySettings { MultiUser = s_bare }).ShouldBe(
        [
            CriticalOperation.SecurityFeaturesOff, CriticalOperation.SoftDeleteOff,
            CriticalOperation.SoftDeleteShorter, CriticalOperation.ImmutabilityDown, CriticalOperation.MultiUserOff,
            CriticalOperation.MultiUserGuardsLess, CriticalOperation.AddApprover,
        ]);

    [Fact]
    public void Of_EachChoice_AddsWhatItGuards()
    {
        Added(s_bare with { GuardsDelete = true })
            .ShouldBe([CriticalOperation.DeleteData, CriticalOperation.Unregister]);
        Added(s_bare with { GuardsShorterRetention = true }).ShouldBe(
        [
            CriticalOperation.RetainByPolicy, CriticalOperation.ShortenRetention, CriticalOperation.LowerFrequency,
            CriticalOperation.LowerMinimumRetention,
        ]);
        Added(s_bare with { GuardsPin = true }).ShouldBe([CriticalOperation.CreatePin]);
    }

    [Fact]
    public void Of_MultiUserOffWithChoices_GuardsNothing() =>
        Guarded(new SecuritySettings { MultiUser = new(false, true, true, true) }).ShouldBeEmpty();

    private static IEnumerable<CriticalOperation> Added(MultiUserAuthorization multiUser) =>
        Guarded(new SecuritySettings { MultiUser = multiUser })
            .Except(Guarded(new SecuritySettings { MultiUser = s_bare }));

    private static IEnumerable<CriticalOperation> Guarded(SecuritySettings settings) =>
        All(settings).Where(pair => pair.Demand.NeedsSecondPerson).Select(pair => pair.Operation);

    private static IEnumerable<(CriticalOperation Operation, string Code)> Refused(SecuritySettings settings) =>
        from pair in All(settings)
        where pair.Demand.Refusal is { Kind: FaultKind.Refused, Guidance.Length: > 0 }
        select (pair.Operation, pair.Demand.Refusal!.Code);

    private static IEnumerable<(CriticalOperation Operation, OperationDemand Demand)> All(SecuritySettings settings) =>
        Enum.GetValues<CriticalOperation>().Select(operation => (operation, OperationDemand.Of(operation, settings)));
}
