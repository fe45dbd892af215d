using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Approvals;

/// <summary>Where a request stands. On disk: numbers are never reused.</summary>
public enum ApprovalState
{
    /// <summary>Nobody has decided yet.</summary>
    Pending = 1,
    Approved = 2,
    Denied = 3,

    /// <summary>Not decided, or approved and not used, within a day.</summary>
    Expired = 4,
}

/// <summary>
/// One person asks another to let a guarded operation pass (multi-user authorization). The approver is not the
/// requester; an approval serves the requester once, for exactly its target, within a day of the request. Each
/// transition is a new value, to be stored before it is acted on.
/// </summary>
/// <param name="Decider">Who approved or denied; null while nobody has.</param>
/// <param name="Decision">Approved or Denied; Pending while nobody has decided. Ask <see cref="StateAt"/>.</param>
public sealed record ApprovalRequest(
    Id128 Id, OperationTarget Target, AccountId Requester, DateTimeOffset AskedAt,
    ApprovalState Decision = ApprovalState.Pending, AccountId? Decider = null, DateTimeOffset? DecidedAt = null,
    DateTimeOffset? UsedAt = null)
{
    private const string AskAgain = "Make a new request.";

    public DateTimeOffset Ends => AskedAt + SecurityLimits.ApprovalLife;

    /// <summary>A denied or used request stays what it is; any other ends by time.</summary>
    /// <remarks>Before its own beginning it counts as expired: the clock went back, and nothing dangerous may pass.
    /// </remarks>
    public ApprovalState StateAt(DateTimeOffset now)
    {
        bool isSettled = Decision == ApprovalState.Denied || UsedAt is not null;
        return isSettled || (now >= AskedAt && now < Ends) ? Decision : ApprovalState.Expired;
    }

    /// <exception cref="FaultException"><c>approval.self</c>, <c>approval.decided</c>, <c>approval.expired</c>.
    /// </exception>
    public ApprovalRequest Approve(AccountId by, DateTimeOffset now)
    {
        if (by == Requester)
            throw Refused("approval.self", "Nobody approves their own request.",
                "Ask another Security Administrator.");
        return Decide(ApprovalState.Approved, by, now);
    }

    /// <summary>Also by the requester, who takes it back.</summary>
    /// <exception cref="FaultException"><c>approval.decided</c>, <c>approval.expired</c>.</exception>
    public ApprovalRequest Deny(AccountId by, DateTimeOffset now) => Decide(ApprovalState.Denied, by, now);

    /// <summary>Takes the approval for one run of the operation.</summary>
    /// <exception cref="FaultException"><c>approval.pending</c>, <c>approval.denied</c>, <c>approval.expired</c>,
    /// <c>approval.used</c>, <c>approval.other</c>.</exception>
    public ApprovalRequest Use(AccountId by, OperationTarget target, DateTimeOffset now)
    {
        if (by != Requester || target != Target)
            throw Refused("approval.other",
                $"The approval is another account's, or not for this: it lets its requester "
                + $"{OperationWords.Of(Target.Operation)}, once, on what the request names.", AskAgain);
        if (UsedAt is not null)
            throw Refused("approval.used", "The approval has been used already: it is valid once.", AskAgain);
        return StateAt(now) switch
        {
            ApprovalState.Approved => this with { UsedAt = now },
            ApprovalState.Pending => throw Refused("approval.pending", "Nobody has approved the request yet.",
                "Wait for another Security Administrator to decide; both of you are told."),
            ApprovalState.Denied => throw Refused("approval.denied", "The request was denied.",
                "Talk to who denied it, then ask again."),
            _ => throw Expired(),
        };
    }

    private ApprovalRequest Decide(ApprovalState decision, AccountId by, DateTimeOffset now)
    {
        if (Decision != ApprovalState.Pending)
            throw Refused("approval.decided", "The request has been decided already.", AskAgain);
        if (StateAt(now) == ApprovalState.Expired) throw Expired();
        return this with { Decision = decision, Decider = by, DecidedAt = now };
    }

    private static FaultException Expired() =>
        Refused("approval.expired", "The request has expired: it is valid for 24 hours.", AskAgain);

    private static FaultException Refused(string code, string message, string guidance) =>
        FaultException.Refused(code, message, guidance);
}
