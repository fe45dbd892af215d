using System.CommandLine;
using Coffer.Agent.Homes;
using Coffer.Agent.Policies;
using Coffer.Cli.Commands.Policies.Editing;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Policies.Previewing;

/// <summary>
/// <c>coffer policy preview [FILE]</c>: what a policy does before it does it, to files (what would be backed up) and to
/// points (which it keeps). The points come first: they are known at once.
/// </summary>
internal sealed class PolicyPreviewCommand : CofferCommand
{
    private readonly Argument<string?> _file = new("FILE")
    {
        Description = "A policy file that is not in force yet; else the policy that is",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> _files = new("--files")
    {
        Description = "Only the files: what would be backed up now, how much, and which rule leaves what out",
    };

    private readonly Option<bool> _points = new("--points")
    {
        Description = "Only the points: which there are, and which the policy lets go",
    };

    private readonly Option<string?> _on = new("--on")
    {
        Description = "Only the points of a day to come, if every run until then succeeds: 2027-12-31",
        HelpName = "DATE",
    };

    private readonly Option<string?> _path = new("--path")
    {
        Description = "Only this path: whether it is backed up, and which rule decides",
        HelpName = "PATH",
    };

    private readonly Option<bool> _measure = new("--measure-excluded")
    {
        Description = "Only the files, and look into folders that are left out, too, to count what is in them",
    };

    public PolicyPreviewCommand()
        : base("preview", "Show what a policy backs up and which points it keeps, before it does",
            "coffer policy preview                       # the files and the points, by the policy in force",
            "coffer policy preview --files --measure-excluded",
            "coffer policy preview --path /home/ann/tmp  # why is this not backed up?",
            "coffer policy preview --on 2027-12-31       # which points there are on that day",
            "coffer policy preview new.yaml              # what a policy file would do")
    {
        Add(_file);
        Add(_files);
        Add(_points);
        Add(_on);
        Add(_path);
        Add(_measure);
        Validators.Add(result =>
        {
            bool isOfOther = result.GetValue(_files) || result.GetValue(_points) || result.GetValue(_measure)
                || result.GetValue(_on) is not null;
            if (isOfOther && result.GetValue(_path) is not null)
                result.AddError("--path shows one path and nothing else: give it alone.");
        });
    }

    public override string InterruptNote => "Stopping; a preview changes nothing.";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var inForce = invocation.Home.ReadPolicy();
        var policy = invocation.Value(_file) is { } file ? PolicyFiles.Read(invocation, file, inForce) : inForce;
        if (policy is null)
            throw FaultException.Usage(
                "policy.none", "Nothing is protected yet.", "`coffer protect FOLDER` begins.");
        if (invocation.Value(_path) is { } path)
            return PathAnswer.Tell(invocation, await PlannedAsync(invocation, policy, isVaultAway: false), path);

        var day = invocation.Value(_on) is { } text ? ChosenPoints.TimeOf(text) : (DateTimeOffset?)null;
        bool isOfFiles = invocation.Value(_files) || invocation.Value(_measure);
        bool isOfPoints = invocation.Value(_points) || day is not null;
        bool isOfBoth = !isOfFiles && !isOfPoints;
        // Before a machine is registered it has no points, and the files can be looked at all the same.
        bool hasPoints = isOfPoints || (isOfBoth && invocation.Home.ReadMachine() is not null);
        var points = !hasPoints ? null
            : isOfBoth ? await TryPointsAsync(invocation, policy)
            : await PointsTold.TellAsync(invocation, policy, day);
        bool isWhole = points is not null || !hasPoints;
        var files = isOfFiles || isOfBoth
            ? SelectionTold.Tell(
                invocation, await PlannedAsync(invocation, policy, isVaultAway: !isWhole), invocation.Value(_measure))
            : null;
        return new Outcome(isWhole ? ExitCode.Completed : ExitCode.CompletedWithWarnings, json =>
        {
            points?.Write(json);
            files?.Write(json);
        });
    }

    /// <summary>Only the vault knows the points, and the files can be looked at without it.</summary>
    /// <returns>Null where it cannot be asked.</returns>
    private static async Task<PointsTold?> TryPointsAsync(Invocation invocation, ProtectionPolicy policy)
    {
        try
        {
            return await PointsTold.TellAsync(invocation, policy, on: null);
        }
        catch (FaultException e)
        {
            string without = $"Which points the policy keeps is not shown. {e.Fault.Message} {e.Fault.Guidance}";
            invocation.Printer.Warning(e.Fault.Code, without.TrimEnd());
            return null;
        }
    }

    /// <param name="isVaultAway">It could not be asked a moment ago.</param>
    private static async Task<PlannedPolicy> PlannedAsync(
        Invocation invocation, ProtectionPolicy policy, bool isVaultAway)
    {
        var machine = invocation.Home.ReadMachine();
        string? vault = machine is null ? invocation.Home.DefaultVaultFolder : machine.Place.Folder;
        var planned = PlannedPolicy.Of(invocation.Home, vault, policy, MountTable.Read());
        return machine is null || isVaultAway
            ? planned
            : (await StoppedAsync(invocation, machine)).Mark(planned);
    }

    /// <summary>Without the vault the files are shown as if all were protected.</summary>
    private static async Task<StoppedSources> StoppedAsync(Invocation invocation, MachineRegistration machine)
    {
        try
        {
            // Nobody who looks at files wants to wait for a vault that is away.
            await using var vault = machine.Place.Service is null
                ? await Vaults.ForReadingAsync(invocation, machine, "coffer policy preview")
                : Vaults.ForRequests(invocation, machine);
            return StoppedSources.Of(await vault.ListBackupItemsAsync(machine.Id, invocation.Cancellation));
        }
        catch (FaultException e)
        {
            invocation.Printer.Remark(e.Fault.Code,
                $"Whether protection of a data source is stopped is not shown. {e.Fault.Message} {e.Fault.Guidance}"
                    .TrimEnd());
            return StoppedSources.None;
        }
    }
}
