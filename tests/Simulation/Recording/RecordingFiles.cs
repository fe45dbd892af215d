using System.Runtime.CompilerServices;
using Coffer.Simulation.Lying;
using Coffer.Storage;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Simulation.Recording;

/// <summary>
/// The real disk, with everything that changes it written down once it has happened, and with lies where the log has
/// some to tell.
/// </summary>
internal sealed class RecordingFiles(DiskFiles inner) : DiskFiles
{
    private readonly ConditionalWeakTable<SafeFileHandle, Target> _targets = [];

    public override SafeFileHandle CreateLocked(string path) => Ask(Request.Create, path, log =>
    {
        var file = inner.CreateLocked(path);
        if (log is not null) _targets.Add(file, new Target(log, log.Created(path), path));
        return file;
    });

    public override SafeFileHandle? OpenRead(string path)
    {
        var file = inner.OpenRead(path);
        if (file is not null && DiskLog.Of(path) is { } log) _targets.Add(file, new Target(log, -1, path));
        return file;
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        byte[] copy = bytes.ToArray();
        _ = Ask(Request.Write, PathOf(file), _ =>
        {
            inner.Write(file, copy, offset);
            if (_targets.TryGetValue(file, out var target)) target.Log.Written(target.File, target.Path, offset, copy);
            return true;
        });
    }

    public override int Read(SafeFileHandle file, long offset, Span<byte> target)
    {
        var lie = DiskLog.Of(PathOf(file))?.Answer(Request.Read) ?? Lie.None;
        if (lie == Lie.Failing) throw Failure(lie);
        int read = inner.Read(file, offset, target);
        if (read == 0 || lie == Lie.None) return read;
        if (lie == Lie.ShortRead) return read / 2;
        target[read / 2] ^= 0x10;
        return read;
    }

    public override long Length(SafeFileHandle file) => inner.Length(file);

    public override bool Exists(string path) => inner.Exists(path);

    public override void Sync(SafeFileHandle file) => Ask(Request.Sync, PathOf(file), _ =>
    {
        inner.Sync(file);
        if (_targets.TryGetValue(file, out var target)) target.Log.Synced(target.File, target.Path);
        return true;
    });

    public override void SyncFolder(string path) => Ask(Request.SyncFolder, path, log =>
    {
        inner.SyncFolder(path);
        log?.SyncedFolder(path);
        return true;
    });

    public override bool MakeFolder(string path) => Ask(Request.MakeFolder, path, log =>
    {
        bool isNew = inner.MakeFolder(path);
        if (isNew) log?.MadeFolder(path);
        return isNew;
    });

    public override bool MoveNew(string from, string to) => Ask(Request.Move, to, log =>
    {
        bool isMoved = inner.MoveNew(from, to);
        if (isMoved) log?.Moved(from, to);
        return isMoved;
    });

    public override bool Remove(string path) => Ask(Request.Remove, path, log =>
    {
        bool isRemoved = inner.Remove(path);
        if (isRemoved) log?.Removed(path);
        return isRemoved;
    });

    public override bool RemoveUnlocked(string path, bool orUnlockable) => Ask(Request.Remove, path, log =>
    {
        bool isGone = inner.RemoveUnlocked(path, orUnlockable);
        if (isGone) log?.Removed(path);
        return isGone;
    });

    private static T Ask<T>(Request request, string path, Func<DiskLog?, T> act)
    {
        var log = DiskLog.Of(path);
        var lie = log?.Answer(request) ?? Lie.None;
        if (lie is Lie.Full or Lie.Failing) throw Failure(lie);
        var result = act(log);
        return lie == Lie.LostAnswer ? throw Failure(lie) : result;
    }

    private static DiskException Failure(Lie lie) =>
        new(lie == Lie.Full ? StoreError.Full : StoreError.Failing, $"a lie: {lie}");

    private string PathOf(SafeFileHandle file) => _targets.TryGetValue(file, out var target) ? target.Path : "";

    /// <param name="File">-1 where it was opened for reading.</param>
    private sealed record Target(DiskLog Log, int File, string Path);
}
