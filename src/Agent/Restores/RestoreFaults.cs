using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Agent.Restores;

/// <summary>What ends a restore as a whole, for all further files would meet it too.</summary>
internal static class RestoreFaults
{
    public static void ThrowIfHopeless(OsError error, ReadOnlySpan<byte> key)
    {
        if (error.Cause is OsCause.NoSpace or OsCause.QuotaExceeded)
        {
            throw FaultException.Failed(
                "restore.no-space",
                $"The target is full: {AbsolutePath.Render(key)} could not be written ({error.Text}).",
                "Make room and give the same command again: it goes on from here.");
        }

        if (error.Cause == OsCause.TooManyOpenFiles)
            throw SystemFaults.OpenFiles($"write {AbsolutePath.Render(key)}");
        if (error.Cause == OsCause.ReadOnly)
            throw FaultException.Failed("restore.read-only", "The target is read-only.",
                "Choose another one with --to.");
    }

    public static FaultException NoTarget(ReadOnlySpan<byte> path, OsError error) =>
        error.Cause == OsCause.TooManyOpenFiles
            ? SystemFaults.OpenFiles($"open {PathText.Render(path)}")
            : FaultException.Failed(
                "restore.no-target",
                $"{PathText.Render(path)} cannot be restored to: {error.Text}.",
                "Choose a folder with --to.");
}
