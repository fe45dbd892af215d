using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;

namespace Coffer.Unit.Domain.Security.Operations;

public sealed class OperationRuleTests
{
    /// <summary>Operation, permission, PIN, guard, the immutability that blocks it, PIN by token.</summary>
    private static readonly string[] s_table =
    [
        "DeleteData DeleteData pin IfDeleteIsGuarded On person",
        "RetainByPolicy StopProtection pin IfShorterRetentionIsGuarded - token",
        "ChangePassphrase CreatePin pin Never - person",
        "RemoveFromPolicy EditPolicies pin Never - token",
        "AddExclusion EditPolicies pin Never - token",
        "ShortenRetention EditPolicies pin IfShorterRetentionIsGuarded On token",
        "LowerFrequency EditPolicies pin IfShorterRetentionIsGuarded - token",
        "LoosenSnapshots EditPolicies pin Never - token",
        "Unregister UnregisterServer pin IfDeleteIsGuarded On person",
        "RemoveHold ReleaseHolds pin Never - token",
        "FetchOldEnvelope CreatePin pin Never - person",
        "CreatePin CreatePin - IfPinIsGuarded - person",
        "SecurityFeaturesOff ChangeSecuritySwitches pin Always Locked person",
        "SoftDeleteOff ChangeSecuritySwitches pin Always Locked person",
        "SoftDeleteShorter ChangeSecuritySwitches pin Always - person",
        "ImmutabilityDown ChangeImmutability pin Always Locked person",
        "MultiUserOff ChangeMultiUserAuthorization pin Always - person",
        "MultiUserGuardsLess ChangeMultiUserAuthorization pin Always - person",
        "LowerMinimumRetention ChangeSecuritySwitches pin IfShorterRetentionIsGuarded On person",
        "AddApprover ManageUsers - Always - person",
    ];

    public static TheoryData<CriticalOperation> Operations => [.. Enum.GetValues<CriticalOperation>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Of_EachOperation_IsAsTheTableSays(CriticalOperation operation) =>
        s_table.Where(row => row.StartsWith(operation + " ")).ShouldBe([Row(OperationRule.Of(operation))]);

    [Fact]
    public void All_EveryOperation_IsThereOnce() =>
        OperationRule.All.Select(rule => rule.Operation).Order()
            .ShouldBe(Enum.GetValues<CriticalOperation>().Order());

    [Fact]
    public void Of_NoOperation_Throws()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => OperationRule.Of((CriticalOperation)999));
        Should.Throw<ArgumentOutOfRangeException>(() => OperationWords.Of((CriticalOperation)999));
    }

    [Fact]
    public void Words_OfOperations_AreAllDifferent()
    {
        string[] words = [.. Enum.GetValues<CriticalOperation>().Select(OperationWords.Of)];
        words.Distinct().Count().ShouldBe(words.Length);
        words.ShouldAllBe(text => text.Length > 8 && !text.EndsWith('.'));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Permission_OfAnyOperation_IsNoReadersOrOperators(CriticalOperation operation)
    {
        var permission = OperationRule.Of(operation).Permission;
        RolePermissions.Allows(Role.BackupOperator, permission).ShouldBeFalse();
        RolePermissions.Allows(Role.SecurityAdministrator, permission).ShouldBeTrue();
    }

    private static string Row(OperationRule rule) =>
        $"{rule.Operation} {rule.Permission} {(rule.NeedsPin ? "pin" : "-")} {rule.Guard} "
        + $"{rule.BlockedFrom?.ToString() ?? "-"} {(rule.TokenMayMakePin ? "token" : "person")}";
}
