using System.Text;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Secrets;

namespace Coffer.Cli.Commands.Restores;

/// <summary>The folder of the home in which restores keep their journals.</summary>
internal static class JournalPlace
{
    /// <summary>Null, with a remark, where it cannot be made: what is wanted back must not wait for room.</summary>
    /// <exception cref="FaultException"><c>folder.unsafe</c>.</exception>
    public static string? Ensure(Invocation invocation) =>
        Ensure(invocation, static fault => fault.Code is "folder.create");

    /// <summary>The same, whatever state the home is in; null, without a remark, where there is none.</summary>
    public static string? TryEnsure(Invocation invocation) =>
        IsFolder(Encoding.UTF8.GetBytes(invocation.Home.Folder)) ? Ensure(invocation, static _ => true) : null;

    private static bool IsFolder(byte[] path) => !SystemPaths.Resolve(path, out byte[] real).IsError
        && !SystemPaths.Stat(real, out var found).IsError && found.Type == EntryType.Directory;

    private static string? Ensure(Invocation invocation, Func<Fault, bool> isPassedOver)
    {
        string folder = Path.Combine(invocation.Home.Folder, "restores");
        try
        {
            PrivateFolder.Ensure(folder);
            return folder;
        }
        catch (FaultException e) when (isPassedOver(e.Fault))
        {
            invocation.Printer.Remark("restore.no-journal",
                $"{e.Fault.Message.TrimEnd('.')}; if this restore is cut off, the next one starts from the beginning.");
            return null;
        }
    }
}
