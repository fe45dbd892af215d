using Coffer.Contracts.Management;
using Coffer.Contracts.Policies;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Domain.Security.Audit;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;
using Coffer.Vault.Security;

namespace Coffer.Vault.Editing;

/// <summary>
/// Edits of machines' policies. One is open for a machine at a time:
/// 1. somebody makes it; what weakens passes the <see cref="Guard"/> here, bound to the policy that comes of it;
/// 2. the machine fetches it, and decides by its own settings;
/// 3. it stores that policy in the ordinary way. Is it just the one that was allowed, after just the one that it was
///    made for, no PIN is asked for again; any other is judged as if there were no edit;
/// 4. it answers, and the edit is closed. Until then it is offered, so a machine that died in between finds it.
/// </summary>
internal sealed class PolicyEditDesk(OpenVault vault)
{
    /// <summary>What was wanted so long ago nobody wants unseen.</summary>
    private static readonly TimeSpan s_life = TimeSpan.FromDays(30);

    public PolicyEdit Make(Caller caller, MachineId machine, PolicyEditRequest request, string? pin)
    {
        // Before the lock: comparing two long policies takes a while.
        var composed = ComposedEdit.Of(vault, machine, request.Json, request.BasedOn);
        string subject = Subjects.OfPolicy(composed.Json);
        lock (vault.DocumentTurn)
        {
            if (vault.Catalog.Machines.NewestPolicy(machine) is not { } newest
                || newest.Version != composed.Before.Version)
                throw EditFaults.Outdated(composed.Before.Version + 1);
            vault.RequireSpace();
            if (composed.Weakening.Operations is { Count: > 0 } operations)
                new Guard(vault).Pass(caller, operations, machine, subject, pin);
            var edit = new PolicyEdit(
                Id128.Random(), machine, newest.Version, [.. composed.Parts], composed.Members, composed.Json,
                caller.Name, vault.Now);
            vault.Audit.Append(caller.Name, UseCases.EditPolicy.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("edit", $"{edit.Id}"), ("version", $"{edit.BasedOn + 1}"), ("policy", subject),
                ("changes", string.Join(", ", edit.Parts.Distinct())),
                ("weakens", string.Join(", ", composed.Weakening.Weakens.Select(each => each.Kind).Distinct())));
            vault.Documents.Put(DocumentKinds.PolicyEdit, $"{machine}", edit);
            return edit;
        }
    }

    public void Cancel(Caller caller, MachineId machine)
    {
        lock (vault.DocumentTurn)
        {
            if (Find(machine) is not { } edit || StateOf(edit) != PolicyEditState.Pending) throw EditFaults.Unknown();
            vault.Audit.Append(caller.Name, UseCases.CancelPolicyEdit.Name, Subjects.Of(machine), AuditOutcome.Done,
                ("edit", $"{edit.Id}"));
            Close(edit with { Answer = PolicyEditState.Cancelled });
        }
    }

    public List<PolicyEdit> All() => vault.Documents.All(DocumentKinds.PolicyEdit);

    public PolicyEdit? Find(MachineId machine) => vault.Documents.Find(DocumentKinds.PolicyEdit, $"{machine}");

    /// <summary>What the machine is to be told of: also what it has stored and not answered yet.</summary>
    public OfferedEdit? OfferedTo(MachineId machine) => Find(machine) is { Answer: null } edit && !IsOver(edit)
        ? new OfferedEdit(edit.Id, edit.BasedOn, edit.Members)
        : null;

    /// <summary>Whether a policy is just what was allowed with an edit that is open.</summary>
    public bool Allows(MachineId machine, Id128 id, StoredPolicy? inForce, StoredPolicy proposed) =>
        Find(machine) is { Answer: null } edit && edit.Id == id && !IsOver(edit)
        && inForce?.Version == edit.BasedOn && proposed.Version == edit.BasedOn + 1
        && proposed.Json.AsSpan().SequenceEqual(edit.Policy);

    /// <summary>The machine has taken an edit, or does not take it.</summary>
    /// <exception cref="FaultException"><c>edit.unknown</c>.</exception>
    public void Answer(Caller caller, MachineId machine, Id128 id, EditAnswer answer)
    {
        lock (vault.DocumentTurn)
        {
            if (Find(machine) is not { } edit || edit.Id != id) throw EditFaults.Unknown();
            bool isTaken = answer.Code is null;
            var state = isTaken ? PolicyEditState.Accepted : PolicyEditState.Declined;
            if (edit.Answer == state) return; // asked again, as the answer was lost
            // That it did is taken from what it stored, not from its word.
            if (edit.Answer is not null || IsOver(edit) || isTaken != IsStored(edit)) throw EditFaults.Unknown();
            if (!isTaken) vault.Audit.Append(caller.Name, "policy.decline", Subjects.Of(machine), AuditOutcome.Done,
                ("edit", $"{id}"), ("code", BoundedText.Of(answer.Code!, Limits.JobNameLength)));
            Close(edit with
            {
                Answer = state,
                Code = answer.Code is { } code ? BoundedText.Of(code, Limits.JobNameLength) : null,
                Message = answer.Message is { } message && !isTaken
                    ? BoundedText.Of(message, Limits.FindingTextLength)
                    : null,
            });
        }
    }

    public PolicyEditState StateOf(PolicyEdit edit) =>
        edit.Answer ?? (IsStored(edit) ? PolicyEditState.Accepted
            : IsOver(edit) ? PolicyEditState.Expired
            : PolicyEditState.Pending);

    private void Close(PolicyEdit edit) =>
        vault.Documents.Put(DocumentKinds.PolicyEdit, $"{edit.Machine}", edit with { AnsweredAt = vault.Now });

    private bool IsStored(PolicyEdit edit) =>
        vault.Catalog.Machines.FindPolicy(edit.Machine, edit.BasedOn + 1) is { } stored
        && stored.Json.AsSpan().SequenceEqual(edit.Policy);

    private bool IsOver(PolicyEdit edit) => (vault.Now - edit.MadeAt).Duration() > s_life;
}
