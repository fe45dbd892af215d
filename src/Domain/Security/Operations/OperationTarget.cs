namespace Coffer.Domain.Security.Operations;

/// <summary>
/// Exactly what a PIN, an approval or an entry of the audit log is about: a permission to do one thing to one thing is
/// none for another.
/// </summary>
/// <param name="Machine">Null where the operation is on the vault itself.</param>
/// <param name="Object">
/// A data source, a point, a policy version, the switches as they shall be
/// (<see cref="Settings.SecuritySettings.ToText"/>); compared sign by sign. What was approved for one set of values
/// must not carry another, so the values belong into it.
/// </param>
public readonly record struct OperationTarget(CriticalOperation Operation, MachineId? Machine, string Object);
