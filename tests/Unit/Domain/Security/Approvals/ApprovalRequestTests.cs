using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Operations;

namespace Coffer.Unit.Domain.Security.Approvals;

public sealed class ApprovalRequestTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly AccountId s_asker = AccountId.New(), s_other = AccountId.New();
    private static readonly OperationTarget s_target = new(CriticalOperation.SoftDeleteOff, null, "soft delete Off");
    private static readonly ApprovalRequest s_pending = new(Id128.Random(), s_target, s_asker, s_noon);

    /// <summary>Each state, and what Approve, Deny and Use answer in it.</summary>
    public static TheoryData<ApprovalState, string?, string?, string?> States => new()
    {
        { ApprovalState.Pending, null, null, "approval.pending" },
        { ApprovalState.Approved, "approval.decided", "approval.decided", null },
        { ApprovalState.Denied, "approval.decided", "approval.decided", "approval.denied" },
        { ApprovalState.Expired, "approval.expired", "approval.expired", "approval.expired" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void Transitions_InEachState_AreAllowedOrNamed(
        ApprovalState state, string? approve, string? deny, string? use)
    {
        var now = state == ApprovalState.Expired ? s_pending.Ends : s_noon.AddHours(1);
        var request = state switch
        {
            ApprovalState.Approved => s_pending.Approve(s_other, s_noon),
            ApprovalState.Denied => s_pending.Deny(s_other, s_noon),
            _ => s_pending,
        };
        request.StateAt(now).ShouldBe(state);
        Code(() => request.Approve(s_other, now)).ShouldBe(approve);
        Code(() => request.Deny(s_other, now)).ShouldBe(deny);
        Code(() => request.Use(s_asker, s_target, now)).ShouldBe(use);
    }

    [Fact]
    public void States_OfThisTest_AreAllThereAre() =>
        States.Select(row => row.Data.Item1).ShouldBe(Enum.GetValues<ApprovalState>());

    [Fact]
    public void Approve_ByTheRequester_IsRefused()
    {
        Code(() => s_pending.Approve(s_asker, s_noon)).ShouldBe("approval.self");
        s_pending.Deny(s_asker, s_noon).StateAt(s_noon).ShouldBe(ApprovalState.Denied);
    }

    [Fact]
    public void Approve_ByAnother_TellsWhoAndWhen()
    {
        var approved = s_pending.Approve(s_other, s_noon.AddHours(2));
        approved.Decider.ShouldBe(s_other);
        approved.DecidedAt.ShouldBe(s_noon.AddHours(2));
    }

    [Theory]
    [InlineData(-1, ApprovalState.Expired)]
    [InlineData(0, ApprovalState.Pending)]
    [InlineData(86_399, ApprovalState.Pending)]
    [InlineData(86_400, ApprovalState.Expired)]
    public void StateAt_SecondsAfterTheRequest_EndsAfterADay(int seconds, ApprovalState state) =>
        s_pending.StateAt(s_noon.AddSeconds(seconds)).ShouldBe(state);

    [Fact]
    public void Use_AnApproval_ServesOnce()
    {
        var used = s_pending.Approve(s_other, s_noon).Use(s_asker, s_target, s_noon.AddHours(23));
        used.UsedAt.ShouldBe(s_noon.AddHours(23));
        Code(() => used.Use(s_asker, s_target, s_noon.AddHours(23))).ShouldBe("approval.used");
        used.StateAt(s_noon.AddDays(9)).ShouldBe(ApprovalState.Approved);
    }

    [Fact]
    public void Use_LaterThanADayAfterTheRequest_IsTooLate()
    {
        var approved = s_pending.Approve(s_other, s_noon.AddHours(23));
        Code(() => approved.Use(s_asker, s_target, s_noon.AddHours(24))).ShouldBe("approval.expired");
        s_pending.Deny(s_other, s_noon).StateAt(s_noon.AddDays(2)).ShouldBe(ApprovalState.Denied);
    }

    [Fact]
    public void Use_ForSomethingOrSomebodyElse_IsRefused()
    {
        var approved = s_pending.Approve(s_other, s_noon);
        Code(() => approved.Use(s_other, s_target, s_noon)).ShouldBe("approval.other");
        Code(() => approved.Use(s_asker, s_target with { Object = "soft delete On 14" }, s_noon))
            .ShouldBe("approval.other");
        Code(() => approved.Use(s_asker, s_target with { Operation = CriticalOperation.MultiUserOff }, s_noon))
            .ShouldBe("approval.other");
        Code(() => approved.Use(s_asker, s_target with { Machine = MachineId.New() }, s_noon))
            .ShouldBe("approval.other");
    }

    private static string? Code(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (FaultException e)
        {
            e.Fault.Kind.ShouldBe(FaultKind.Refused);
            return e.Fault.Code;
        }
    }
}
