using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Operations;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Security;

/// <summary>
/// The one gate of critical operations: the vault's switches, the PIN, the second person, in this order. What it takes
/// is used up when it returns, so the operation is to follow at once.
/// </summary>
internal sealed class Guard(OpenVault vault)
{
    /// <param name="operations">All that one request amounts to; its PIN names the first that needs one.</param>
    /// <param name="subject">Of <see cref="Subjects"/>.</param>
    /// <exception cref="FaultException"><c>security.*</c>, <c>pin.*</c>, <c>approval.*</c>.</exception>
    public void Pass(
        Caller caller, IReadOnlyList<CriticalOperation> operations, MachineId? machine, string subject, string? pin)
    {
        var demands = DemandsOf(operations);
        lock (vault.DocumentTurn)
        {
            var pins = new PinDesk(vault);
            int first = vault.Options.IsServed ? demands.FindIndex(demand => demand.NeedsPin) : -1;
            var used = first < 0 ? null : pins.Try(new OperationTarget(operations[first], machine, subject), pin);
            var requester = caller.Account ?? used?.Maker;
            OperationTarget[] guarded =
            [
                .. operations.Where((_, i) => demands[i].NeedsSecondPerson)
                    .Select(operation => new OperationTarget(operation, machine, subject))
                    .Where(target => !IsApprovedWith(used, target, requester)),
            ];
            if (guarded.Length > 0)
                new ApprovalDesk(vault).Take(
                    requester ?? throw SecurityDeskFaults.PersonNeeded(), caller.Name, guarded);
            if (used is not null) pins.Spend(machine, used);
        }
    }

    /// <summary>For what has passed the gate before, in just these values: the switches may forbid it now.</summary>
    /// <exception cref="FaultException"><c>security.*</c>.</exception>
    public void RequireNotBlocked(IReadOnlyList<CriticalOperation> operations) => DemandsOf(operations);

    private List<OperationDemand> DemandsOf(IReadOnlyList<CriticalOperation> operations)
    {
        var settings = vault.Settings;
        var demands = operations.Select(operation => OperationDemand.Of(operation, settings)).ToList();
        return demands.Find(demand => demand.Refusal is not null)?.Refusal is { } refusal
            ? throw new FaultException(refusal)
            : demands;
    }

    /// <summary>
    /// Whoever approved that a PIN was made has read what it is for: operation, server and object, word for word as
    /// they would be asked about it again. That serves for as long as the PIN lives, and its maker alone: else the
    /// approver could do with it what then only they themselves had approved.
    /// </summary>
    private static bool IsApprovedWith(MadePin? used, OperationTarget target, AccountId? requester) =>
        used is { Approver: { } approver } && used.Pin.Target == target
        && requester == used.Maker && approver != requester;
}
