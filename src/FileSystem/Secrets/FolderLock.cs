using System.Text;
using Coffer.Domain;
using Coffer.FileSystem.Linux;
using Coffer.FileSystem.Machines;

namespace Coffer.FileSystem.Secrets;

/// <summary>
/// One process at a time in a folder: flock on a file that names its holder. The system lets go when the process
/// ends, however that happens; the file stays. On network file systems this holds among processes of one host only.
/// </summary>
public sealed unsafe class FolderLock : IDisposable
{
    private int _descriptor;

    private FolderLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Tries once. When it is taken: false, and who holds it, for a message.</summary>
    /// <param name="path">The lock file; made 0600 when missing.</param>
    /// <param name="purpose">What the holder is doing, shown to the others: "backup".</param>
    public static bool TryTake(string path, string purpose, out FolderLock? taken, out LockHolder? holder)
    {
        taken = null;
        holder = null;
        int descriptor = Descriptors.Open(Libc.AT_FDCWD, path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, 0x180);
        if (descriptor < 0) throw Failed(path, OsError.Last());
        if (Libc.flock(descriptor, Libc.LOCK_EX | Libc.LOCK_NB) != 0)
        {
            OsError error = OsError.Last();
            if (error.Code == Errno.EAGAIN) holder = LockHolder.Read(descriptor);
            _ = Libc.close(descriptor);
            return error.Code == Errno.EAGAIN ? false : throw Failed(path, error);
        }

        byte[] text = LockHolder.ForThisProcess(purpose).ToBytes();
        if (Libc.ftruncate(descriptor, 0) == 0) _ = Descriptors.WriteAll(descriptor, 0, text);
        taken = new FolderLock(descriptor);
        return true;
    }

    public void Dispose()
    {
        int descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor < 0) return;
        _ = Libc.ftruncate(descriptor, 0);
        _ = Libc.close(descriptor);
    }

    private static FaultException Failed(string path, OsError error) =>
        FaultException.Failed("lock.failed", $"{path} could not be locked: {error.Text}.");
}

/// <summary>Who holds a lock; for people to read, never to decide on.</summary>
public sealed record LockHolder(int Pid, string Host, string Purpose)
{
    private const int LargestText = 1024;

    internal static LockHolder ForThisProcess(string purpose) => new(Libc.getpid(), MachineFacts.HostName, purpose);

    internal byte[] ToBytes() => Encoding.UTF8.GetBytes($"{Pid}\n{Host}\n{Purpose}\n");

    /// <summary>Null while the holder has not written yet.</summary>
    internal static LockHolder? Read(int descriptor)
    {
        var text = new byte[LargestText];
        if (Descriptors.ReadAll(descriptor, 0, text, out int length).IsError) return null;
        string[] lines = Encoding.UTF8.GetString(text, 0, length).Split('\n');
        return lines.Length > 3 && int.TryParse(lines[0], out int pid) ? new LockHolder(pid, lines[1], lines[2]) : null;
    }
}
