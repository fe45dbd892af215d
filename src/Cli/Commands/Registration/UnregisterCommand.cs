using Coffer.Agent.Homes;
using Coffer.Cli.Compose;
using Coffer.Cli.Compose.Inputs;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Registration;

/// <summary>
/// <c>coffer unregister</c>: ends this machine's registration. The vault first, then the home: cut off in between, it
/// is asked again, and the vault answers that it knows the machine no more.
/// </summary>
internal sealed class UnregisterCommand : CofferCommand
{
    private const string Purpose = "coffer unregister";

    public UnregisterCommand()
        : base("unregister", "Leave the vault: this machine's backups there are deleted, restorable for a while",
            "coffer unregister --pin-file -        # a served vault",
            "coffer unregister --confirm web1      # a vault in a folder")
    {
        Add(SharedOptions.PinFile);
        Add(SharedOptions.Confirm);
    }

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        using var running = await invocation.Home.LockJobAsync("unregister", invocation.Time, invocation.Cancellation);
        using var held = await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation);
        var machine = invocation.Home.ReadMachine() ?? throw OpenedVault.Unregistered();
        string? confirmed = invocation.Value(SharedOptions.Confirm);
        if (await LookAsync(invocation, machine))
        {
            if (machine.Place.Service is null || confirmed is not null)
                LossConfirmation.Require(invocation, machine.Name, confirmed);
            await PinInput.AskedAsync(invocation, async pin =>
            {
                await using var vault = await Vaults.ForWritingAsync(invocation, machine, Purpose, pin);
                await vault.UnregisterAsync(machine.Id, invocation.Cancellation);
                return true;
            });
        }

        invocation.Home.ForgetMachine();
        invocation.Printer.Line($"{machine.Name} ({machine.Id}) is registered no more with the vault {machine.Place}."
            + " What is to be backed up is still known here: `coffer register` or `coffer protect` begin anew.");
        return new Outcome(ExitCode.Completed, json => RegistrationJson.Write(json, machine));
    }

    /// <summary>Tells what is about to happen.</summary>
    /// <returns>False where the vault takes this machine's key no more: there is nothing left to end there.</returns>
    private static async Task<bool> LookAsync(Invocation invocation, MachineRegistration machine)
    {
        try
        {
            await using var vault = await Vaults.ForReadingAsync(invocation, machine, Purpose);
            var items = await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation);
            var status = await vault.ReadStatusAsync(invocation.Cancellation);
            invocation.Printer.Line($"This ends the registration of {machine.Name} ({machine.Id}) and deletes"
                + $" {Words.Count(items.Count, "data source")} of it with"
                + $" {Words.Count(items.Sum(item => item.Points), "point")}: "
                + (status.SoftDeleteDays == 0
                    ? "soft delete is off, so they are gone at once, for good."
                    : $"for {(status.SoftDeleteDays is { } days ? Words.Count(days, "day") : "a while")} they can be"
                        + " restored with the passphrase, then they are destroyed."));
            invocation.Printer.Flush();
            return true;
        }
        catch (FaultException e) when (e.Fault.Code == "machine.refused")
        {
            LossConfirmation.Require(invocation, machine.Name, invocation.Value(SharedOptions.Confirm));
            return false;
        }
    }
}
