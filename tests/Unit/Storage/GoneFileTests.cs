using Coffer.Storage;
using Coffer.Storage.Disks;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Unit.Storage;

/// <summary>A name that goes while somebody opens it, and comes again with other bytes.</summary>
public sealed class GoneFileTests : IDisposable
{
    private static readonly StoreName Name = StoreName.Parse("packs/a");

    private readonly string _root = Directory.CreateTempSubdirectory("coffer-store-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Read_OpenedWhileItWasDeletedAndWrittenAnew_GivesTheNewBytes()
    {
        var files = new WatchedFiles(new LinuxFiles());
        using var store = DiskStore.Open(_root, TimeProvider.System, files);
        Put(store, 1);
        files.BeforeRemove = path =>
        {
            if (path.EndsWith('a')) ((int)First(store)).ShouldBe(1);
        };
        store.Delete(Name).ShouldBeTrue();
        Put(store, 2);
        ((int)First(store)).ShouldBe(2);
    }

    [Fact]
    public void Read_DeletedAndWrittenAnewWhileItIsOpened_GivesTheNewBytesNextTime()
    {
        var files = new WatchedFiles(new LinuxFiles());
        using var store = DiskStore.Open(_root, TimeProvider.System, files);
        Put(store, 1);
        files.AfterOpen = path =>
        {
            if (!path.EndsWith('a')) return;
            files.AfterOpen = null;
            store.Delete(Name);
            Put(store, 2);
        };
        ((int)First(store)).ShouldBe(1);
        ((int)First(store)).ShouldBe(2);
    }

    private static byte First(DiskStore store)
    {
        Span<byte> first = stackalloc byte[1];
        store.Read(Name, 0, first).ShouldBe(1);
        return first[0];
    }

    private static void Put(DiskStore store, byte content)
    {
        using var write = store.Create();
        write.Append([content]);
        write.Commit(Name).ShouldBe(CommitResult.Committed);
    }

    private sealed class WatchedFiles(DiskFiles inner) : DiskFiles
    {
        public Action<string>? BeforeRemove { get; set; }

        public Action<string>? AfterOpen { get; set; }

        public override SafeFileHandle CreateLocked(string path) => inner.CreateLocked(path);

        public override SafeFileHandle? OpenRead(string path)
        {
            var file = inner.OpenRead(path);
            AfterOpen?.Invoke(path);
            return file;
        }

        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) =>
            inner.Write(file, bytes, offset);

        public override int Read(SafeFileHandle file, long offset, Span<byte> target) =>
            inner.Read(file, offset, target);

        public override long Length(SafeFileHandle file) => inner.Length(file);

        public override bool Exists(string path) => inner.Exists(path);

        public override void Sync(SafeFileHandle file) => inner.Sync(file);

        public override void SyncFolder(string path) => inner.SyncFolder(path);

        public override bool MakeFolder(string path) => inner.MakeFolder(path);

        public override bool MoveNew(string from, string to) => inner.MoveNew(from, to);

        public override bool Remove(string path)
        {
            BeforeRemove?.Invoke(path);
            return inner.Remove(path);
        }

        public override bool RemoveUnlocked(string path, bool orUnlockable) =>
            inner.RemoveUnlocked(path, orUnlockable);
    }
}
