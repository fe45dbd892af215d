using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Restores;

/// <summary>
/// Keeps restores out of home, cache and vault: a file put among their own would be taken for damage.
/// </summary>
internal static class OwnFolders
{
    /// <param name="target">Absolute, without "." and ".."; it need not exist.</param>
    /// <exception cref="FaultException"><c>restore.own</c>.</exception>
    public static void Refuse(byte[] target, IReadOnlyList<byte[]> own)
    {
        byte[] real = WithoutLinks(target);
        foreach (byte[] folder in own)
        {
            if (!PathRules.IsAtOrBelow(real, folder)) continue;
            throw FaultException.Refused("restore.own",
                $"{PathText.Render(target)} lies in {PathText.Render(folder)}, which is Coffer's own.",
                "Choose a folder outside its home, cache and vault.");
        }
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
