using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Secrets;

namespace Coffer.Agent.Policies;

/// <param name="Code">Stable, dotted: <c>path.twice</c>.</param>
public sealed record SelectionNote(string Code, string Text);

/// <param name="Items">Old and new paths together, none given twice, none below another.</param>
/// <param name="Added">What was not covered before.</param>
/// <param name="Notes">What a person should know about paths that were merged or followed.</param>
public sealed record Selection(
    IReadOnlyList<PolicyItem> Items, IReadOnlyList<byte[]> Added, IReadOnlyList<SelectionNote> Notes);

/// <summary>Judges the paths that a person wants to protect. Nothing is taken unless all of them can be.</summary>
/// <param name="ownFolders">Home, cache and vault, without links.</param>
public sealed class PathSelection(MountTable mounts, IReadOnlyList<byte[]> ownFolders)
{
    private const string PathGuidance = "Check the spelling; nothing was changed.";

    private readonly List<SelectionNote> _notes = [];

    /// <summary>Adds paths to those of a policy.</summary>
    /// <param name="given">Absolute bytes as typed: links and ".." may be in them.</param>
    /// <exception cref="FaultException"><c>path.missing</c>, <c>path.unreadable</c>, <c>path.kind</c> (usage);
    /// <c>path.own</c>, <c>path.pseudo</c> (refused).</exception>
    public Selection Add(IReadOnlyList<PolicyItem> items, IReadOnlyList<byte[]> given)
    {
        _notes.Clear();
        var all = items.Select(item => item.Path).ToList();
        int known = all.Count;
        foreach (byte[] path in given) all.Add(Resolve(path));
        foreach (byte[] path in all.Skip(known)) Judge(path);
        var added = new List<byte[]>();
        for (int i = 0; i < all.Count; i++)
        {
            var covering = PathRules.CoveredBy(all, i);
            if (covering is null && i >= known) added.Add(all[i]);
            if (covering is not null) Note(all, i, i < known, covering);
        }

        return new Selection([.. PathRules.Cover(all).Select(path => new PolicyItem(path))], added, [.. _notes]);
    }

    private void Note(List<byte[]> all, int index, bool isOld, byte[] covering)
    {
        string path = PathText.Render(all[index]), other = PathText.Render(covering);
        _notes.Add(all[index].AsSpan().SequenceEqual(covering)
            ? new SelectionNote("path.twice", $"{path} is protected already; it is kept once.")
            : isOld
                ? new SelectionNote("path.nested", $"{path}, protected before, lies in {other} and goes with it now.")
                : new SelectionNote("path.nested", $"{path} lies in {other} and is protected with it."));
    }

    private byte[] Resolve(byte[] given)
    {
        string shown = PathText.Render(given);
        var error = SystemPaths.Resolve(given, out byte[] path);
        if (error.Cause is OsCause.Missing or OsCause.NotADirectory)
            throw FaultException.Usage("path.missing", $"{shown} does not exist.", PathGuidance);
        if (error.IsError)
            throw FaultException.Usage("path.unreadable", $"{shown} cannot be reached: {error.Text}.",
                "Run as a user who may read it, root for a whole machine.");
        if (!path.AsSpan().SequenceEqual(PathRules.Normalise(given)))
            _notes.Add(
                new SelectionNote("path.link", $"{shown} leads to {PathText.Render(path)}, which is protected."));
        return path;
    }

    private void Judge(byte[] path)
    {
        string shown = PathText.Render(path);
        foreach (byte[] own in ownFolders)
            if (PathRules.IsAtOrBelow(path, own))
                throw FaultException.Refused("path.own",
                    $"{shown} lies in {PathText.Render(own)}, where Coffer keeps its own files: a backup of itself.",
                    "Choose a path outside of Coffer's home and vault.");
        var mount = mounts.Of(path);
        if (mount.IsPseudo)
            throw FaultException.Refused("path.pseudo",
                $"{shown} holds no files: it is the system's own view of itself ({mount.FileSystemType}).",
                "Choose paths on real file systems.");
        if (!SystemPaths.Stat(path, out var metadata).IsError
            && metadata.Type is not (EntryType.Directory or EntryType.File))
            throw FaultException.Usage("path.kind",
                $"{shown} is neither a folder nor a regular file ({metadata.Type}).",
                "Protect the folder that it lies in.");
        var error = GivenFile.TryOpen(path);
        if (error.IsError)
            throw FaultException.Usage("path.unreadable", $"{shown} cannot be read: {error.Text}.",
                "Run as a user who may read it, root for a whole machine.");
    }
}
