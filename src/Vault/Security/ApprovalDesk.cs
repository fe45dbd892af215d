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

    /// <summary>Uses up an approval of exactly this, or asks for one.</summary>
    /// <exception cref="FaultException"><c>approval.asked</c>, <c>approval.pending</c>, <c>approval.denied</c>.
    /// </exception>
    public void Take(AccountId requester, string name, OperationTarget target)
    {
        lock (vault.DocumentTurn)
        {
            var now = vault.Now;
            var open = vault.Documents.All(DocumentKinds.Approval)
                .Where(r => r.Requester == requester && r.Target == target && r.UsedAt is null && now < r.Ends)
                .OrderBy(r => r.StateAt(now) switch { ApprovalState.Approved => 0, ApprovalState.Pending => 1, _ => 2 })
                .FirstOrDefault();
            if (open is not null)
            {
                vault.Documents.Put(DocumentKinds.Approval, $"{open.Id}", open.Use(requester, target, now));
                return;
            }
            if (OpenOf(requester, now) >= MaxOpen) throw SecurityDeskFaults.TooManyRequests();
            var asked = new ApprovalRequest(Id128.Random(), target, requester, now);
            vault.Audit.Append(name, "approvals.ask", target.Object, AuditOutcome.Done,
                ("operation", $"{target.Operation}"), ("request", $"{asked.Id}"), ("server", $"{target.Machine}"));
            vault.Documents.Put(DocumentKinds.Approval, $"{asked.Id}", asked);
            throw SecurityDeskFaults.ApprovalAsked(asked.Id);
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

    // Whoever gave somebody a password and a second factor may have kept them: for a day that person is no second one.
    private bool IsPuppet(AccountId by, ApprovalRequest request)
    {
        var account = vault.Documents.Find(DocumentKinds.Account, $"{by}");
        return account is { EnrolledAt: { } enrolled, CredentialsFrom: { } from } && from == request.Requester
            && (request.AskedAt - enrolled).Duration() < s_new;
    }

    private int OpenOf(AccountId requester, DateTimeOffset now) => vault.Documents.All(DocumentKinds.Approval)
        .Count(request => request.Requester == requester && request.UsedAt is null && now < request.Ends);
}
