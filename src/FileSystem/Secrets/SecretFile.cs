using System.Security.Cryptography;
using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;

namespace Coffer.FileSystem.Secrets;

/// <summary>
/// Small secrets on disk: readable by their owner alone from their first byte on, replaced in one step, durable
/// once written.
/// </summary>
public static unsafe class SecretFile
{
    /// <summary>
    /// Writes anew or replaces: exclusive temporary file, data, fsync, rename, fsync of the folder. The folder must
    /// exist.
    /// </summary>
    /// <param name="mayReplace">False: a file of that name makes it fail with code "secret.exists".</param>
    public static void Write(string path, ReadOnlySpan<byte> secret, bool mayReplace = true)
    {
        string full = Path.GetFullPath(path);
        string folderPath = Path.GetDirectoryName(full) ?? "/";
        int folder = Descriptors.Open(Libc.AT_FDCWD, folderPath, Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (folder < 0) throw WriteFailed(full, OsError.Last());
        string temporary = $".{Path.GetFileName(full)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        try
        {
            OsError error = WriteTemporary(folder, temporary, secret);
            if (!error.IsError) error = Rename(folder, temporary, Path.GetFileName(full), mayReplace);
            if (error.IsError) Unlink(folder, temporary);
            if (error.Cause == OsCause.Exists)
                throw FaultException.Refused("secret.exists", $"{full} exists already and is not replaced.");
            if (!error.IsError && Libc.fsync(folder) != 0) error = OsError.Last();
            if (error.IsError) throw WriteFailed(full, error);
        }
        finally
        {
            _ = Libc.close(folder);
        }
    }

    /// <summary>
    /// Reads a secret that is a regular file of this user (or of root) which nobody else may read or write;
    /// anything else is refused. Clear the array after use.
    /// </summary>
    public static byte[] Read(string path)
    {
        string full = Path.GetFullPath(path);
        int file = Descriptors.Open(Libc.AT_FDCWD, full, Libc.O_RDONLY | Libc.O_NOFOLLOW | Libc.O_NONBLOCK);
        if (file < 0) throw ReadFailed(full, OsError.Last());
        try
        {
            OsError error = Statx.Of(file, out FileMetadata found);
            if (error.IsError) throw ReadFailed(full, error);
            if (ReasonAgainst(in found) is { } reason)
                throw FaultException.Refused("secret.unsafe", $"{full} is not used: {reason}.",
                    $"If nobody can have read or changed it: chown to its user, chmod 600 {full}.");
            var secret = new byte[found.Size];
            error = Descriptors.ReadAll(file, 0, secret, out int read);
            if (error.IsError) throw ReadFailed(full, error);
            return read == secret.Length ? secret : secret[..read];
        }
        finally
        {
            _ = Libc.close(file);
        }
    }

    /// <summary>Removes a secret's file; durable once this returns. One that is not there is fine.</summary>
    public static void Remove(string path)
    {
        string full = Path.GetFullPath(path);
        int folder = Descriptors.Open(
            Libc.AT_FDCWD, Path.GetDirectoryName(full) ?? "/", Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (folder < 0)
        {
            var refused = OsError.Last();
            if (refused.Cause == OsCause.Missing) return; // then there is no such file in it either
            throw WriteFailed(full, refused);
        }
        try
        {
            OsError error = OsError.None;
            fixed (byte* name = Descriptors.Terminated(Path.GetFileName(full)))
                if (Libc.unlinkat(folder, name, 0) != 0) error = OsError.Last();
            if (error.IsError && error.Cause != OsCause.Missing) throw WriteFailed(full, error);
            if (Libc.fsync(folder) != 0) throw WriteFailed(full, OsError.Last());
        }
        finally
        {
            _ = Libc.close(folder);
        }
    }

    private static string? ReasonAgainst(in FileMetadata found)
    {
        if (found.Type != EntryType.File) return "it is not a regular file";
        if (found.Uid != Account.EffectiveUid && found.Uid != 0) return $"it belongs to another user ({found.Uid})";
        if ((found.Mode & 0x3f) != 0) return "other users may read or write it";
        return found.Size > Limits.SecretBytes ? "it is too large for a secret" : null;
    }

    private static OsError WriteTemporary(int folder, string name, ReadOnlySpan<byte> secret)
    {
        int file = Descriptors.Open(folder, name, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW, 0x180);
        if (file < 0) return OsError.Last();
        OsError error = Descriptors.WriteAll(file, 0, secret);
        if (!error.IsError && Libc.fsync(file) != 0) error = OsError.Last();
        if (Libc.close(file) != 0 && !error.IsError) error = OsError.Last();
        return error;
    }

    private static OsError Rename(int folder, string from, string to, bool mayReplace)
    {
        fixed (byte* source = Descriptors.Terminated(from))
        fixed (byte* target = Descriptors.Terminated(to))
        {
            if (mayReplace) return Libc.renameat(folder, source, folder, target) == 0 ? OsError.None : OsError.Last();
            // A link refuses a taken name on every file system; the temporary name goes either way.
            if (Libc.linkat(folder, source, folder, target, 0) != 0) return OsError.Last();
            return Libc.unlinkat(folder, source, 0) == 0 ? OsError.None : OsError.Last();
        }
    }

    private static void Unlink(int folder, string name)
    {
        fixed (byte* path = Descriptors.Terminated(name)) _ = Libc.unlinkat(folder, path, 0);
    }

    private static FaultException WriteFailed(string path, OsError error) =>
        FaultException.Failed("secret.write", $"{path} could not be written: {error.Text}.");

    private static FaultException ReadFailed(string path, OsError error) =>
        FaultException.Failed("secret.read", $"{path} could not be read: {error.Text}.");
}
