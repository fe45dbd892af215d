using Coffer.Contracts.Management;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Approvals;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Settings;
using Coffer.Vault.Accounts;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Management;

/// <summary>Switches, PINs, approvals and the audit log.</summary>
public sealed class ManagedSecurity
{
    private readonly OpenVault _vault;
    private readonly Caller _caller;

    internal ManagedSecurity(OpenVault vault, Caller caller) => (_vault, _caller) = (vault, caller);

    public SecurityOverview Show()
    {
        _caller.Require(UseCases.ShowSettings, null, _vault.Now);
        return Overview(_vault.Settings);
    }

    /// <param name="expected">The switches that the caller saw; null: whatever they are.</param>
    public SecurityOverview Change(SecuritySettings? expected, SettingsChangeRequest request, string? pin) =>
        Overview(new SettingsDesk(_vault).Change(_caller, expected, request.AppliedTo, request.IsForGood, pin));

    public PinAnswer MakePin(PinRequest request)
    {
        var (text, validUntil) = new PinDesk(_vault).Make(
            _caller, new OperationTarget(request.Operation, request.Server, request.Object), request.Code);
        return new PinAnswer(text, validUntil);
    }

    public Page<ApprovalItem> ListApprovals()
    {
        _caller.Require(UseCases.ListApprovals, null, _vault.Now);
        return new Page<ApprovalItem>([.. new ApprovalDesk(_vault).List().Select(Describe)], null);
    }

    public ApprovalItem Decide(Id128 request, bool isApproved) =>
        Describe(new ApprovalDesk(_vault).Decide(_caller, request, isApproved));

    public Page<AuditEntry> ListAudit(string? after, int? limit)
    {
        _caller.Require(UseCases.ListAudit, null, _vault.Now);
        var entries = _vault.Audit.Page(Pages.NumberOf(after ?? "0"), Pages.SizeOf(limit) + 1);
        bool isMore = entries.Count > Pages.SizeOf(limit);
        var page = isMore ? entries.Take(Pages.SizeOf(limit)).ToList() : entries;
        return new Page<AuditEntry>(page, isMore ? $"{page[^1].Number}" : null);
    }

    /// <param name="known">A head that was noted earlier; null: whether the tail was cut cannot be seen.</param>
    public AuditVerdict VerifyAudit(AuditHead? known)
    {
        _caller.Require(UseCases.VerifyAudit, null, _vault.Now);
        return new AuditVerdict(_vault.Audit.Verify(known), _vault.Audit.Head);
    }

    private ApprovalItem Describe(ApprovalRequest request) => new(
        request.Id, request.Target.Operation, request.Target.Machine, request.Target.Object, NameOf(request.Requester),
        request.AskedAt, request.Ends, request.StateAt(_vault.Now),
        request.Decider is { } decider ? NameOf(decider) : null);

    private string NameOf(AccountId account) => account == Caller.AtConsole.Account
        ? Caller.AtConsole.Name
        : new AccountDesk(_vault).Find(account)?.Name ?? $"{account}";

    private static SecurityOverview Overview(SecuritySettings settings) => new(settings, LevelReport.Of(settings));
}
