using System.Runtime.InteropServices;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;
using static Coffer.Storage.Systems.LinuxCalls;

namespace Coffer.Storage.Folders;

/// <summary>
/// A folder that may have been made by anybody: a disk that was carried here, say. It is only read, and only its plain
/// files are: a link could lead to what the reader may see and the one who brought it may not, and a pipe would be
/// waited on for ever. So folders are entered one by one and never over a link.
/// </summary>
/// <param name="path">Absolute. Links on the way to it are followed: whoever names it has chosen it.</param>
public sealed class ForeignFolder(string path)
{
    public string Path => path;

    public bool Exists => Directory.Exists(path);

    /// <summary>Names in the folder itself that begin and end so, in no order.</summary>
    /// <param name="most">No more than these are told.</param>
    /// <exception cref="IOException">It cannot be listed.</exception>
    public IReadOnlyList<string> Names(string begin, string end, int most)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFileSystemEntries(path)
                    .Select(entry => System.IO.Path.GetFileName(entry))
                    .Where(name => name.StartsWith(begin, StringComparison.Ordinal)
                        && name.EndsWith(end, StringComparison.Ordinal))
                    .Take(most),
            ];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} may not be listed by this user", e);
        }
    }

    /// <summary>A plain file; null where there is none of this name.</summary>
    /// <param name="name">Below the folder, with <c>/</c> between.</param>
    /// <exception cref="IOException">It cannot be opened, or is something else.</exception>
    public ForeignFile? Open(string name)
    {
        string[] parts = name.Split('/');
        Domain.Invariant.Holds(parts.All(part => part is not ("" or "." or "..")));
        return OperatingSystem.IsLinux() ? OpenOnLinux(parts, name) : OpenElsewhere(name);
    }

    /// <summary>A whole file; null where there is none.</summary>
    /// <exception cref="IOException">It is longer than <paramref name="most"/>, or cannot be read.</exception>
    public byte[]? Read(string name, int most)
    {
        using var file = Open(name);
        if (file is null) return null;
        if (file.Length > most) throw new IOException($"{name} has {file.Length} bytes; at most {most} are read");
        byte[] bytes = new byte[file.Length];
        return file.Read(0, bytes) == bytes.Length ? bytes : throw new IOException($"{name} ends early");
    }

    private ForeignFile? OpenOnLinux(string[] parts, string name)
    {
        SafeFileHandle? at = Enter(AtCurrentFolder, path, PathOnly | FolderOnly, name);
        for (int i = 0; at is not null && i < parts.Length; i++)
        {
            using var above = at;
            int flags = i < parts.Length - 1 ? PathOnly | FolderOnly : ReadOnly | NonBlocking;
            at = Enter((int)above.DangerousGetHandle(), parts[i], flags | NoFollow, name);
        }
        if (at is null) return null;
        if (FolderCalls.TryLook((int)at.DangerousGetHandle(), out var entry) && entry.IsRegular)
            return new ForeignFile(at, name);
        at.Dispose();
        throw new IOException($"{name} is no plain file");
    }

    private static SafeFileHandle? Enter(int above, string part, int flags, string name)
    {
        int number = LinuxCalls.Open(above, part, flags | CloseOnExec, 0);
        if (number >= 0) return new SafeFileHandle(number, ownsHandle: true);
        int error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Enoent => null,
            Eloop or Enotdir => throw new IOException($"{name} is a link, or behind one"),
            _ => throw new IOException($"{name}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private ForeignFile? OpenElsewhere(string name)
    {
        string full = System.IO.Path.Combine(path, name);
        if (!File.Exists(full)) return null;
        if ((File.GetAttributes(full) & (FileAttributes.ReparsePoint | FileAttributes.Device)) != 0)
            throw new IOException($"{name} is no plain file");
        return new ForeignFile(File.OpenHandle(full), name);
    }
}

/// <summary>A plain file that was opened in a <see cref="ForeignFolder"/>; it may change while it is read.</summary>
public sealed class ForeignFile : IDisposable
{
    private readonly SafeFileHandle _file;

    internal ForeignFile(SafeFileHandle file, string name)
    {
        (_file, Name) = (file, name);
        Length = RandomAccess.GetLength(file);
    }

    public string Name { get; }

    /// <summary>When it was opened.</summary>
    public long Length { get; }

    /// <summary>Reads until the span is full or the file ends.</summary>
    /// <exception cref="IOException">The disk does not give it.</exception>
    public int Read(long offset, Span<byte> target)
    {
        int done = 0;
        while (done < target.Length)
        {
            int read = RandomAccess.Read(_file, target[done..], offset + done);
            if (read == 0) break;
            done += read;
        }
        return done;
    }

    public void Dispose() => _file.Dispose();
}
