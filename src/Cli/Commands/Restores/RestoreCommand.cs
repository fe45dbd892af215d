using System.CommandLine;
using Coffer.Agent.Browsing;
using Coffer.Agent.Jobs;
using Coffer.Agent.Restores;
using Coffer.Agent.Restores.Local;
using Coffer.Cli.Compose;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Cli.Shell.Parsing;
using Coffer.Contracts.Jobs;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.FileSystem.Mounts;
using Coffer.Vault;

namespace Coffer.Cli.Commands.Restores;

/// <summary><c>coffer restore PATH...</c>: back to where it was, or below another folder.</summary>
internal sealed class RestoreCommand : ReadingCommand
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Files and folders as they were",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _to = new("--to")
    {
        Description = "Restore into this folder, as `cp -a PATH DIR/` would",
        HelpName = "DIR",
    };

    private readonly Option<string> _ifExists = new("--if-exists")
    {
        Description = "What to do where a name is taken: copy (default), overwrite, skip",
        HelpName = "copy|overwrite|skip",
        DefaultValueFactory = static _ => "copy",
    };

    private readonly Option<bool> _noPermissions = new("--no-permissions")
    {
        Description = "Leave out owner, mode, attributes and flags",
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what would be done; change nothing" };

    private readonly Option<bool> _restart = new("--restart")
    {
        Description = "Begin anew, whatever an interrupted restore left behind",
    };

    public RestoreCommand()
        : base("restore", "Bring files and folders back",
            "coffer restore /home/ann/report.odt            # as a copy beside the one that is there",
            "coffer restore /home/ann --to /mnt/new         # the whole folder, elsewhere",
            "coffer restore /etc --at '2026-03-01 12:00' --to /tmp/march",
            "coffer restore --local /home/ann/report.odt    # from a snapshot on this machine; no vault is asked",
            "coffer restore /home/ann --vault /media/disk/vault --passphrase-file p.txt --to /mnt/new")
    {
        Add(_paths);
        Add(_to);
        Add(_ifExists);
        Add(_noPermissions);
        Add(_dryRun);
        Add(_restart);
        AddChoice();
        AddLocal();
        _ifExists.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && token.Value is not ("copy" or "overwrite" or "skip"))
                result.AddError("--if-exists takes copy, overwrite or skip.");
        });
    }

    public override string InterruptNote =>
        "Cancelling; what is restored stays, and the same command goes on from there.";

    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        byte[]? target = invocation.Value(_to) is { } to ? invocation.Raw.PlainPathOf(to) : null;
        if (invocation.Value(SharedOptions.Local)) return await RestoreLocalAsync(invocation, target);
        await using var points = await ChosenPoints.OpenAsync(invocation, "coffer restore");
        if (target is not null)
            OwnFolders.Refuse(invocation, target, invocation.Home.NeverBackedUp(
                points.Opened.Vault is EmbeddedVault ? points.Opened.Vault.Description.Place : null));
        var chosen = points.Chosen(invocation);
        var tree = await points.TreeAsync(chosen, invocation.Cancellation);
        points.TellOdd(invocation);
        var request = new RestoreRequest
        {
            Points = tree,
            Paths = await PathsAsync(invocation, tree),
            TargetFolder = target,
            IfExists = WhereTaken(invocation),
            WithPermissions = !invocation.Value(_noPermissions),
            IsDryRun = invocation.Value(_dryRun),
            JournalFolder = points.Opened.Machine is null ? null : JournalPlace.Ensure(invocation),
            IsRestart = invocation.Value(_restart),
        };
        var used = request.Paths.SelectMany(tree.PointsOf).Select(point => point.Id).ToHashSet();
        var from = chosen.Where(point => used.Contains(point.Id)).ToList();

        // A dry run is nobody's job. Of the others the vault, which learns no more than it must, keeps no names.
        return request.IsDryRun
            ? await RunAsync(invocation, request, from, null)
            : await PointJob.RunAsync(
                invocation, points.Opened, JobOperation.Restore, Words.Count(request.Paths.Count, "path"),
                job => RunAsync(invocation, request, from, job));
    }

    private Task<Outcome> RestoreLocalAsync(Invocation invocation, byte[]? target) => LocalRestore.RunAsync(
        invocation, new LocalRestoreRequest
        {
            Points = [],
            Mounts = MountTable.Read(),
            Paths = [.. invocation.Value(_paths)!.Select(invocation.Raw.PlainPathOf)],
            FolderPaths = [.. invocation.Value(_paths)!.Where(static text => text.EndsWith('/'))
                .Select(invocation.Raw.PlainPathOf)],
            TargetFolder = target,
            IfExists = WhereTaken(invocation),
            WithPermissions = !invocation.Value(_noPermissions),
            IsDryRun = invocation.Value(_dryRun),
            JournalFolder = JournalPlace.TryEnsure(invocation),
            IsRestart = invocation.Value(_restart),
        });

    private IfExists WhereTaken(Invocation invocation) => invocation.Value(_ifExists) switch
    {
        "overwrite" => IfExists.Overwrite,
        "skip" => IfExists.Skip,
        _ => IfExists.Copy,
    };

    /// <summary>A slash at the end asks for a folder, as everywhere.</summary>
    private async Task<IReadOnlyList<byte[]>> PathsAsync(Invocation invocation, PointTree tree)
    {
        var paths = new List<byte[]>();
        foreach (string text in invocation.Value(_paths)!)
        {
            byte[] path = invocation.Raw.PlainPathOf(text);
            paths.Add(path);
            if (!text.EndsWith('/')) continue;
            if (await tree.FindAsync(path, invocation.Cancellation) is { Fields.IsDirectory: false })
                throw FaultException.Usage("path.not-a-folder", $"{text} is not a folder in the chosen points.",
                    "Leave the slash at its end out.");
        }

        return paths;
    }

    private static async Task<Outcome> RunAsync(
        Invocation invocation, RestoreRequest request, IReadOnlyList<PointDescription> from, JobWriter? job)
    {
        RestoreSummary summary;
        using (var progress = new RestoreProgressPrinter(invocation.Printer, invocation.Time))
        {
            var run = new RestoreRun(request, invocation.Time);
            var result = await run.RunAsync(progress, invocation.Cancellation);
            summary = new RestoreSummary(
                request.TargetFolder, request.IsDryRun, [.. from.Select(RestoreOrigin.Of)], result);
        }

        summary.Print(invocation.Printer);
        await summary.EndAsync(job);
        return Outcome.Of(summary.State, summary.Write);
    }
}
