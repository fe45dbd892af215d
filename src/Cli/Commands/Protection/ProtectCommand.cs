using System.CommandLine;
using Coffer.Agent.Jobs;
using Coffer.Agent.Policies;
using Coffer.Cli.Commands.Agents;
using Coffer.Cli.Commands.Backups;
using Coffer.Cli.Commands.Policies.Editing;
using Coffer.Cli.Compose;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Protection;

/// <summary>
/// <c>coffer protect PATH...</c>: everything from nothing to a first recovery point, and later more paths. What is
/// wrong with the paths or patterns is told before anything is made.
/// </summary>
internal sealed class ProtectCommand : CofferCommand
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Folders and files to protect",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _vault = new("--vault")
    {
        Description = "Where the vault lies: choose another disk; remembered",
        HelpName = "FOLDER",
    };

    private readonly Option<string[]> _exclude = new("--exclude")
    {
        Description = "Leave out what matches, by the rules of .gitignore; a leading / is the file system's root",
        HelpName = "PATTERN",
    };

    private readonly Option<bool> _noBackup = new("--no-backup") { Description = "Only set it up" };

    private readonly Option<string?> _adopt = new("--adopt")
    {
        Description = "Go on as this server of the vault; needs its passphrase",
        HelpName = "SERVER",
    };

    private readonly Option<bool> _new = new("--new") { Description = "Join a vault that has servers as a new one" };

    public ProtectCommand()
        : base("protect", "Protect folders and files: set up on first use, then back up",
            "coffer protect /home/ann",
            "coffer protect /home/ann --vault /mnt/backup/vault",
            "coffer protect /srv --exclude '*.tmp' --exclude 'node_modules/' --exclude '!keep.tmp'",
            "coffer protect /home --exclude '>4GB'             # no file larger than that",
            "coffer protect / --exclude '/var/cache/'         # a whole machine, as root",
            "coffer protect --vault /mnt/backup/vault --adopt oldname   # go on after a new installation")
    {
        Add(_paths);
        Add(_vault);
        Add(_exclude);
        Add(SharedOptions.PassphraseFile);
        Add(_noBackup);
        Add(_adopt);
        Add(_new);
        Add(SharedOptions.PinFile);
        Validators.Add(result =>
        {
            if (result.GetValue(_new) && result.GetValue(_adopt) is not null)
                result.AddError("--adopt and --new exclude one another.");
        });
    }

    public override string InterruptNote => BackupProgressPrinter.CancelNote;

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        byte[][] given = [.. invocation.Value(_paths)!.Select(invocation.Raw.AbsolutePathOf)];
        var patterns = PolicyAddition.PatternsOf(invocation, invocation.Value(_exclude) ?? []);
        string? folder = invocation.Value(_vault) is { } named ? Path.GetFullPath(named) : null;
        var mounts = MountTable.Read();
        Judge(invocation, given, folder, mounts);

        Membership member;
        ProtectionPolicy policy;
        using (await invocation.Home.LockAsync(invocation.Time, invocation.Cancellation))
        {
            var firstUse = new FirstUse(invocation, folder, invocation.Value(_adopt), invocation.Value(_new));
            member = await firstUse.EnsureAsync();
            policy = await ChangePolicyAsync(invocation, member, given, patterns);
        }

        ProtectWords.Setup(invocation, member, policy);
        string? disk = DiskWarning.For(policy, member.Machine.Place.Folder, mounts);
        if (disk is not null) invocation.Printer.Remark("vault.same-disk", $"{disk} {DiskWarning.Cure}");
        var result = !invocation.Value(_noBackup) && policy.Items.Count > 0
            ? await BackupStart.RunAsync(invocation, member.Machine)
            : null;
        if (!invocation.IsStep) ProtectWords.Next(invocation, member, policy, result?.Job);
        if (!invocation.IsStep && member.IsNew) await ServiceOffer.MakeAsync(invocation);
        return ProtectWords.Outcome(invocation, member, policy, disk is not null, result);
    }

    /// <summary>The whole selection once for its errors, before a vault or a home is made for it.</summary>
    private void Judge(Invocation invocation, byte[][] given, string? folder, MountTable mounts)
    {
        var machine = invocation.Home.ReadMachine();
        if (given.Length == 0 && folder is null && invocation.Value(_adopt) is null
            && invocation.Value(_exclude) is not { Length: > 0 })
            throw FaultException.Usage("path.none", "Nothing to protect was named.",
                "Name folders or files: `coffer protect /home/ann`.");
        string? vault = folder ?? (machine is null ? invocation.Home.DefaultVaultFolder : machine.Place.Folder);
        _ = new PathSelection(mounts, invocation.Home.NeverBackedUp(vault))
            .Add(invocation.Home.ReadPolicy()?.Items ?? [], given);
    }

    private static async Task<ProtectionPolicy> ChangePolicyAsync(
        Invocation invocation, Membership member, byte[][] given, ExclusionPattern[] patterns)
    {
        var policy = invocation.Home.ReadPolicy() ?? ProtectionPolicy.Empty(TimeZoneInfo.Local.Id);
        var addition = PolicyAddition.To(invocation, policy, given, patterns, member.Machine.Place.Folder);
        if (!addition.IsChange) return policy;
        await PolicyStore.SaveAsync(invocation, member.Machine, "coffer protect", addition.Policy);
        foreach (byte[] path in addition.Paths) invocation.Printer.Line($"Protecting {PathText.Render(path)}");
        return addition.Policy;
    }
}
