using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Roles;
using Coffer.Domain.Security.Settings;
using Coffer.Domain.Security.Tokens;

namespace Coffer.Unit.Domain.Security.Tokens;

public sealed class TokenScopeTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly MachineId s_machine = MachineId.New(), s_other = MachineId.New();
    private static readonly Role[] s_everything = Enum.GetValues<Role>();
    private static readonly MultiUserAuthorization s_bare = new(true, false, false, false);

    private static readonly TokenScope s_scope = new(
        [Permission.CreateCredentials, Permission.ViewJobs], [CriticalOperation.AddExclusion], [s_machine],
        s_noon.AddDays(30));

    private static readonly OperationTarget s_target = new(CriticalOperation.AddExclusion, s_machine, "*.tmp");

    public static TheoryData<CriticalOperation> Operations => [.. Enum.GetValues<CriticalOperation>()];

    public static TheoryData<Permission> Permissions => [.. Enum.GetValues<Permission>()];

    [Theory]
    [MemberData(nameof(Operations))]
    public void PinRefusal_EachOperationInTheScope_IsAllowedOnlyWhereTheTableSays(CriticalOperation operation)
    {
        bool allowed = operation is CriticalOperation.RetainByPolicy or CriticalOperation.RemoveFromPolicy
            or CriticalOperation.AddExclusion or CriticalOperation.ShortenRetention
            or CriticalOperation.LowerFrequency or CriticalOperation.LoosenSnapshots or CriticalOperation.RemoveHold;
        var scope = s_scope with { PinOperations = [operation] };
        var target = s_target with { Operation = operation };
        Pin(scope, target)?.ShouldBe("token.pin");
        (Pin(scope, target) is null).ShouldBe(allowed);
        (scope.Broken(s_everything, s_noon) is null).ShouldBe(allowed);
        scope.PinRefusal(target, s_bare, s_noon)!.Code.ShouldBe("token.multi-user");
    }

    [Fact]
    public void PinRefusal_OutsideTheScope_IsNamed()
    {
        Pin(s_scope, s_target).ShouldBeNull();
        Pin(s_scope, s_target with { Operation = CriticalOperation.RemoveHold }).ShouldBe("token.pin");
        Pin(s_scope, s_target with { Machine = s_other }).ShouldBe("token.machine");
        Pin(s_scope, s_target with { Machine = null }).ShouldBe("token.machine");
        Pin(s_scope with { Machines = null }, s_target).ShouldBe("token.machine");
        Pin(s_scope with { Machines = [] }, s_target).ShouldBe("token.machine");
        s_scope.PinRefusal(s_target, MultiUserAuthorization.Off, s_scope.Ends)!.Code.ShouldBe("token.expired");
    }

    [Theory]
    [MemberData(nameof(Permissions))]
    public void CanHold_EachPermission_IsNoSecurityAdministrators(Permission permission)
    {
        bool can = TokenScope.CanHold(permission);
        bool isAdministrators = !RolePermissions.Allows(Role.BackupContributor, permission);
        can.ShouldBe(permission == Permission.ReadAudit
            || (!isAdministrators && permission != Permission.CreatePin));
        var scope = s_scope with { Permissions = [permission] };
        (scope.Broken(s_everything, s_noon) is null).ShouldBe(can);
        (scope.Refusal(permission, s_machine, s_noon) is null).ShouldBe(can);
    }

    [Fact]
    public void Refusal_OutsideTheScope_IsNamed()
    {
        Use(Permission.ViewJobs, s_machine).ShouldBeNull();
        Use(Permission.Restore, s_machine).ShouldBe("token.permission");
        Use(Permission.ViewJobs, s_other).ShouldBe("token.machine");
        Use(Permission.ViewJobs, null).ShouldBe("token.machine");
        (s_scope with { Machines = null }).Refusal(Permission.ViewJobs, s_other, s_noon).ShouldBeNull();
        (s_scope with { Machines = null }).Refusal(Permission.ViewJobs, null, s_noon).ShouldBeNull();
        s_scope.Refusal(Permission.ViewJobs, s_machine, s_scope.Ends)!.Code.ShouldBe("token.expired");
    }

    [Fact]
    public void Broken_MoreThanItsMakerMay_IsRefused()
    {
        s_scope.Broken([Role.BackupContributor], s_noon).ShouldBeNull();
        s_scope.Broken([Role.BackupOperator], s_noon)!.Code.ShouldBe("token.pin");
        s_scope.Broken([Role.BackupReader], s_noon)!.Code.ShouldBe("token.permission");
        var restoring = s_scope with { Permissions = [Permission.Restore] };
        restoring.Broken([Role.SecurityAdministrator], s_noon)!.Code.ShouldBe("token.permission");
        restoring.Broken([Role.SecurityAdministrator, Role.BackupOperator], s_noon).ShouldBeNull();
    }

    [Fact]
    public void Broken_PinsForEveryMachine_IsRefused()
    {
        (s_scope with { Machines = null }).Broken(s_everything, s_noon)!.Code.ShouldBe("token.pin");
        (s_scope with { Machines = null, PinOperations = [] }).Broken(s_everything, s_noon).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(366, true)]
    [InlineData(367, false)]
    public void Broken_EndDate_IsWithinAYear(int days, bool fine) =>
        ((s_scope with { Ends = s_noon.AddDays(days) }).Broken(s_everything, s_noon) is null).ShouldBe(fine);

    private static string? Use(Permission permission, MachineId? machine) =>
        s_scope.Refusal(permission, machine, s_noon)?.Code;

    private static string? Pin(TokenScope scope, OperationTarget target) =>
        scope.PinRefusal(target, MultiUserAuthorization.Off, s_noon)?.Code;
}
