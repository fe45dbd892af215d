using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;
using Coffer.FileSystem.Snapshots;

namespace Coffer.Cli.Commands.Restores;

/// <summary>
/// Keeps restores out of home, cache and vault, where a file would be taken for damage, and out of where snapshots are
/// kept.
/// </summary>
internal static class OwnFolders
{
    /// <param name="target">Absolute, without "." and ".."; it need not exist.</param>
    /// <exception cref="FaultException"><c>restore.own</c>.</exception>
    public static void Refuse(Invocation invocation, byte[] target, IReadOnlyList<byte[]> own)
    {
        byte[] real = WithoutLinks(target);
        foreach (byte[] folder in own.Concat(SnapshotsAround(invocation, real)))
        {
            if (!PathRules.IsAtOrBelow(real, folder)) continue;
            throw FaultException.Refused("restore.own",
                $"{PathText.Render(target)} lies in {PathText.Render(folder)}, which is Coffer's own.",
                "Choose a folder outside its home, cache, vault and snapshots.");
        }
    }

    private static IReadOnlyList<byte[]> SnapshotsAround(Invocation invocation, byte[] path)
    {
        var mount = MountTable.Read().Of(path);
        return SnapshotProviders.For(invocation.Time)(mount)?.FoldersOn(mount) ?? [];
    }

    /// <summary>Links resolved as far as the path exists.</summary>
    private static byte[] WithoutLinks(byte[] path)
    {
        for (int end = path.Length; end > 0; end = path.AsSpan(0, end).LastIndexOf((byte)'/'))
            if (!SystemPaths.Resolve(path.AsSpan(0, end), out byte[] real).IsError)
                return [.. real, .. path.AsSpan(end)];
        return path;
    }
}
