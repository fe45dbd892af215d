using Coffer.Domain;

namespace Coffer.FileSystem.Secrets;

/// <summary>Small files that a person or this program left somewhere: settings, a passphrase on a pipe.</summary>
public static class GivenFile
{
    /// <summary>The whole file, a pipe up to its end. Null: it does not exist.</summary>
    /// <exception cref="FaultException"><c>file.unreadable</c>, <c>file.large</c>.</exception>
    public static byte[]? Read(string path, int limitBytes)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[limitBytes + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length <= limitBytes
                ? content[..length]
                : throw FaultException.Usage("file.large", $"{path} is longer than the {limitBytes} bytes expected.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FaultException.Failed("file.unreadable", $"{path} cannot be read: {ReasonOf(path, e)}.",
                "Name a file that this user may read.", e);
        }
    }

    // The framework calls a folder an access that is denied.
    private static string ReasonOf(string path, Exception e) =>
        Directory.Exists(path) ? "it is a folder"
        : e is UnauthorizedAccessException ? "permission denied"
        : e.Message.TrimEnd('.');

    /// <summary>Whether this process may read a file, or list a folder.</summary>
    public static OsError TryOpen(ReadOnlySpan<byte> path)
    {
        int descriptor = Linux.Descriptors.Open(
            Linux.Libc.AT_FDCWD, path, Linux.Libc.O_RDONLY | Linux.Libc.O_NONBLOCK);
        if (descriptor < 0) return OsError.Last();
        _ = Linux.Libc.close(descriptor);
        return OsError.None;
    }
}
