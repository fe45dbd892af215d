using Coffer.Domain;

namespace Coffer.FileSystem.Secrets;

/// <summary>Small files that a person or this program left somewhere: settings, a passphrase on a pipe.</summary>
public static class GivenFile
{
    private const int FirstPart = 4096;

    /// <summary>The whole file, a pipe up to its end. Null: it does not exist.</summary>
    /// <exception cref="FaultException"><c>file.unreadable</c>, <c>file.large</c>.</exception>
    public static byte[]? Read(string path, int limitBytes)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ReadAll(file, limitBytes) ?? throw TooLarge(path, limitBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (IOException e) when (SystemFaults.IsOpenFiles(e.HResult))
        {
            throw SystemFaults.OpenFiles($"read {path}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FaultException.Failed("file.unreadable", $"{path} cannot be read: {ReasonOf(path, e)}.",
                "Name a file that this user may read.", e);
        }
    }

    /// <summary>All of an open stream, as standard input.</summary>
    /// <param name="name">For the errors.</param>
    /// <exception cref="FaultException"><c>file.unreadable</c>, <c>file.large</c>.</exception>
    public static byte[] Read(Stream input, string name, int limitBytes)
    {
        try
        {
            return ReadAll(input, limitBytes) ?? throw TooLarge(name, limitBytes);
        }
        catch (IOException e)
        {
            throw FaultException.Failed("file.unreadable", $"{name} cannot be read: {e.Message.TrimEnd('.')}.",
                "Give a file instead.", e);
        }
    }

    private static FaultException TooLarge(string what, int limitBytes) =>
        FaultException.Usage("file.large", $"{what} is longer than the {limitBytes} bytes expected.");

    // As long as it says that it is, and on from there: a pipe says nothing, and a file may grow meanwhile.
    private static byte[]? ReadAll(Stream file, int limitBytes)
    {
        long expected = Math.Max(file.CanSeek ? file.Length : 0, FirstPart);
        byte[] content = new byte[Math.Min(expected, limitBytes) + 1];
        int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        while (length == content.Length)
        {
            if (length > limitBytes) return null;
            Array.Resize(ref content, Math.Min(length * 2, limitBytes + 1));
            length += file.ReadAtLeast(content.AsSpan(length), content.Length - length, throwOnEndOfStream: false);
        }
        return content[..length];
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
