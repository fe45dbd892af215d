using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Systems;

/// <summary>
/// The framework's own calls, for systems without <see cref="LinuxFiles"/>. Folders are not synced where the system
/// has no such call (Windows journals names itself).
/// </summary>
internal sealed class PortableFiles : DiskFiles
{
    private const int DiskFull = unchecked((int)0x80070070), HandleDiskFull = unchecked((int)0x80070027);
    private const int WriteProtected = unchecked((int)0x80070013), NotReady = unchecked((int)0x80070015);

    public override SafeFileHandle CreateLocked(string path) =>
        Do(() => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete), path);

    public override SafeFileHandle? OpenRead(string path)
    {
        const FileShare Share = FileShare.ReadWrite | FileShare.Delete;
        try
        {
            return Do(() => File.OpenHandle(path, FileMode.Open, FileAccess.Read, Share), path);
        }
        catch (DiskException e) when (e.Error == StoreError.Missing)
        {
            return null;
        }
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException e)
        {
            throw Wrapped(e, "");
        }
    }

    public override int Read(SafeFileHandle file, long offset, Span<byte> target)
    {
        try
        {
            int done = 0;
            while (done < target.Length && RandomAccess.Read(file, target[done..], offset + done) is var read and > 0)
                done += read;
            return done;
        }
        catch (IOException e)
        {
            throw Wrapped(e, "");
        }
    }

    public override long Length(SafeFileHandle file) => Do(() => RandomAccess.GetLength(file), "");

    // Not File.Exists: it says no where the disk did not answer.
    public override bool Exists(string path)
    {
        using var file = OpenRead(path);
        return file is not null;
    }

    public override void Sync(SafeFileHandle file) => Do(() => RandomAccess.FlushToDisk(file), "");

    public override void SyncFolder(string path)
    {
        if (!Directory.Exists(path)) throw new DiskException(StoreError.Missing, $"there is no folder {path}");
    }

    public override bool MakeFolder(string path)
    {
        if (Directory.Exists(path)) return false;
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
            throw new DiskException(StoreError.Missing, $"there is no folder {parent}");
        Do(() => Directory.CreateDirectory(path), path);
        return true;
    }

    public override bool MoveNew(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (Exists(to))
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrapped(e, to);
        }
    }

    public override bool Remove(string path)
    {
        if (!Exists(path)) return false;
        Do(() => File.Delete(path), path);
        return true;
    }

    public override bool RemoveUnlocked(string path, bool orUnlockable)
    {
        try
        {
            using (File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        return Remove(path);
    }

    private static void Do(Action act, string path) => Do(() => { act(); return 0; }, path);

    private static T Do<T>(Func<T> act, string path)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrapped(e, path);
        }
    }

    internal static DiskException Wrapped(Exception e, string path) =>
        new(Kind(e), path.Length == 0 ? e.Message : $"{path}: {e.Message}", e);

    /// <summary>What a failure of the framework's own calls means.</summary>
    internal static StoreError Kind(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => StoreError.Missing,
        UnauthorizedAccessException => StoreError.Denied,
        // Here the framework gives the system's own number where it has no exception for it.
        { HResult: > 0 } when OperatingSystem.IsLinux() => LinuxFiles.Kind(e.HResult),
        { HResult: DiskFull or HandleDiskFull } => StoreError.Full,
        { HResult: WriteProtected } => StoreError.ReadOnly,
        { HResult: NotReady } => StoreError.Lost,
        _ => StoreError.Other,
    };
}
