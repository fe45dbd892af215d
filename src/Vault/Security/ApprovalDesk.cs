using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Security;

/// <summary>
/// Requests for a second person's yes. One is made by trying: what needs two people is refused with the request's
/// number, and passes when it is tried again after the yes.
/// </summary>
internal sealed class ApprovalDesk(OpenVault vault)
{
    /// <summary>Requests of one person that wait at once.</summary>
    private const int MaxOpen = 20;

    private static readonly TimeSpan s_new = TimeSpan.FromHours(24);
    private static readonly TimeSpan s_listed = TimeSpan.FromDays(30);

    /// <summary>Newest first; of the last 30 days.</summary>
    public List<ApprovalRequest> List() =>
        [.. vault.Documents.All(DocumentKinds.Approval)
            .Where(request => vault.Now - request.AskedAt < s_listed)
            .OrderByDescending(request => request.AskedAt)];

    /// <summary>Uses up an approval of each of these, or none, and asks for those that are missing.</summary>
    /// <returns>Who approved each.</returns>
    /// <exception cref="FaultException"><c>approval.asked</c>, <c>approval.pending</c>, <c>approval.denied</c>.
    /// </exception>
    public List<AccountId> Take(AccountId requester, string name, params IReadOnlyList<OperationTarget> targets)
    {
        lock (vault.DocumentTurn)
        {
            var now = vault.Now;
            var open = targets.Select(target => OpenOf(requester, target, now)).ToList();
            Id128? asked = null;
            for (int i = 0; i < targets.Count; i++)
                if (open[i] is null) asked = Ask(requester, name, targets[i], now);
            if (asked is { } request) throw SecurityDeskFaults.ApprovalAsked(request);
            // All of them, or this throws before one is used up.
            var used = targets.Select((target, i) => open[i]!.Use(requester, target, now)).ToList();
            foreach (var approval in used) vault.Documents.Put(DocumentKinds.Approval, $"{approval.Id}", approval);
            return used.ConvertAll(approval => approval.Decider!.Value);
        }
    }

    public ApprovalRequest Decide(Caller caller, Id128 id, bool isApproved)
    {
        var useCase = isApproved ? UseCases.Approve : UseCases.Deny;
        caller.Require(useCase, null, vault.Now);
        var by = caller.Account ?? throw SecurityDeskFaults.PersonNeeded();
        lock (vault.DocumentTurn)
        {
            var request = vault.Documents.Find(DocumentKinds.Approval, $"{id}")
                ?? throw SecurityDeskFaults.NoSuchApproval();
            if (isApproved && IsPuppet(by, request)) throw SecurityDeskFaults.TooNew();
            var decided = isApproved ? request.Approve(by, vault.Now) : request.Deny(by, vault.Now);
            vault.Audit.Append(caller.Name, useCase.Name, request.Target.Object, AuditOutcome.Done,
                ("operation", $"{request.Target.Operation}"), ("request", $"{id}"),
                ("server", $"{request.Target.Machine}"));
            vault.Documents.Put(DocumentKinds.Approval, $"{id}", decided);
            return decided;
        }
    }

    private ApprovalRequest? OpenOf(AccountId requester, OperationTarget target, DateTimeOffset now) =>
        vault.Documents.All(DocumentKinds.Approval)
            .Where(r => r.Requester == requester && r.Target == target && r.UsedAt is null && now < r.Ends)
            .OrderBy(r => r.StateAt(now) switch { ApprovalState.Approved => 0, ApprovalState.Pending => 1, _ => 2 })
            .FirstOrDefault();

    private Id128 Ask(AccountId requester, string name, OperationTarget target, DateTimeOffset now)
    {
        if (OpenOf(requester, now) >= MaxOpen) throw SecurityDeskFaults.TooManyRequests();
        var asked = new ApprovalRequest(Id128.Random(), target, requester, now);
        vault.Audit.Append(name, "approvals.ask", target.Object, AuditOutcome.Done,
            ("operation", $"{target.Operation}"), ("request", $"{asked.Id}"), ("server", $"{target.Machine}"));
        vault.Documents.Put(DocumentKinds.Approval, $"{asked.Id}", asked);
        return asked.Id;
    }

    // Whoever gave somebody a password and a second factor may have kept them, and whoever raised somebody may have
    // done it for just this: for a day that person is no second one.
    private bool IsPuppet(AccountId by, ApprovalRequest request)
    {
        var account = vault.Documents.Find(DocumentKinds.Account, $"{by}");
        return account is not null
            && (IsNew(account.CredentialsFrom, account.EnrolledAt) || IsNew(account.RaisedBy, account.RaisedAt));

        bool IsNew(AccountId? from, DateTimeOffset? at) =>
            from == request.Requester && (request.AskedAt - at)?.Duration() < s_new;
    }

    private int OpenOf(AccountId requester, DateTimeOffset now) => vault.Documents.All(DocumentKinds.Approval)
        .Count(request => request.Requester == requester && request.UsedAt is null && now < request.Ends);
}
