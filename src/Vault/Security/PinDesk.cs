using System.Security.Cryptography;
using Coffer.Domain;
using Coffer.Domain.Security;
using Coffer.Domain.Security.Audit;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Pins;
using Coffer.Vault.Accounts;
using Coffer.Vault.Documents;
using Coffer.Vault.Opening;

namespace Coffer.Vault.Security;

/// <summary>Makes security PINs and takes them. Of a machine only the newest counts.</summary>
internal sealed class PinDesk(OpenVault vault)
{
    /// <param name="code">Of the second factor, now; the console has none.</param>
    /// <returns>The text, which is told once.</returns>
    public (string Text, DateTimeOffset ValidUntil) Make(Caller caller, OperationTarget target, string? code)
    {
        if (!Enum.IsDefined(target.Operation))
            throw FaultException.Usage("pin.object", "There is no such operation.");
        var settings = vault.Settings;
        caller.RequirePin(target, settings.MultiUser, vault.Now);
        if (target.Object.Length is 0 or > Subjects.MaxLength)
            throw FaultException.Usage("pin.object", "A PIN is made for one thing, named in full.",
                "The machine that asks for a PIN says what to give.");
        if (target.Machine is { } machine && vault.Catalog.Machines.Find(machine) is null)
            throw SecurityDeskFaults.NoSuchServer();
        if (caller.Account is { } account && !caller.IsConsole) new AccountDesk(vault).RequireCode(account, code);
        lock (vault.DocumentTurn)
        {
            AccountId? approver = null;
            if (OperationDemand.Of(CriticalOperation.CreatePin, settings).NeedsSecondPerson)
                approver = new ApprovalDesk(vault).Take(
                    caller.Account ?? throw SecurityDeskFaults.PersonNeeded(), caller.Name,
                    new OperationTarget(
                        CriticalOperation.CreatePin, target.Machine, $"{target.Operation}, {target.Object}"))[0];
            var (pin, text) = SecurityPin.Make(
                target, vault.Now, RandomNumberGenerator.GetBytes(SecurityPin.RandomSize));
            vault.Audit.Append(caller.Name, UseCases.CreatePin.Name, target.Object, AuditOutcome.Done,
                ("operation", $"{target.Operation}"), ("server", $"{target.Machine}"));
            vault.Documents.Put(
                DocumentKinds.Pin, IdOf(target.Machine), new MadePin(pin, caller.Account ?? default, approver));
            return (text, pin.Ends);
        }
    }

    /// <summary>Judges one try; a wrong one is counted on disk before it is told.</summary>
    /// <returns>The PIN as it is once it is spent.</returns>
    public MadePin Try(OperationTarget target, string? text)
    {
        if (string.IsNullOrEmpty(text)) throw SecurityDeskFaults.PinNeeded(target);
        string id = IdOf(target.Machine);
        var made = vault.Documents.Find(DocumentKinds.Pin, id);
        var attempts = vault.Documents.Find(DocumentKinds.Attempts, id) ?? PinAttempts.None;
        var check = PinCheck.Try(made?.Pin, attempts, text, target, vault.Now);
        if (check.Refusal is null) return made! with { Pin = check.Pin! };
        if (check.Attempts != attempts) vault.Documents.Put(DocumentKinds.Attempts, id, check.Attempts);
        if (check.Pin != made?.Pin) vault.Documents.Put(DocumentKinds.Pin, id, made! with { Pin = check.Pin! });
        throw new FaultException(check.Refusal);
    }

    public void Spend(MachineId? machine, MadePin used) =>
        vault.Documents.Put(DocumentKinds.Pin, IdOf(machine), used);

    private static string IdOf(MachineId? machine) => machine?.ToString() ?? DocumentKinds.Vault;
}
