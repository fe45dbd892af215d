using Coffer.Domain;
using Coffer.Storage;
using Coffer.Storage.Disks;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Unit.Storage;

public sealed class StoreFaultsTests
{
    [Theory]
    [InlineData(28, "store.full")]         // ENOSPC
    [InlineData(122, "store.quota")]       // EDQUOT
    [InlineData(30, "store.read-only")]    // EROFS
    [InlineData(1, "store.denied")]        // EPERM
    [InlineData(13, "store.denied")]       // EACCES
    [InlineData(5, "store.failing")]       // EIO
    [InlineData(121, "store.failing")]     // EREMOTEIO
    [InlineData(117, "store.failing")]     // EUCLEAN
    [InlineData(74, "store.failing")]      // EBADMSG
    [InlineData(6, "store.lost")]          // ENXIO
    [InlineData(19, "store.lost")]         // ENODEV
    [InlineData(123, "store.lost")]        // ENOMEDIUM
    [InlineData(107, "store.lost")]        // ENOTCONN
    [InlineData(108, "store.lost")]        // ESHUTDOWN
    [InlineData(116, "store.lost")]        // ESTALE
    [InlineData(110, "store.lost")]        // ETIMEDOUT
    [InlineData(24, "system.open-files")]  // EMFILE
    [InlineData(2, null)]                  // ENOENT
    public void OfSystem_ErrorNumber_IsTheFaultThatHelps(int error, string? code) =>
        StoreFaults.OfSystem(error, "write x")?.Fault.Code.ShouldBe(code);

    [Fact]
    public void Of_EachError_SaysWhatAndWhatToDo()
    {
        var codes = new HashSet<string>();
        foreach (var error in Enum.GetValues<StoreError>())
        {
            if (StoreFaults.Of(error, "write x") is not { Fault: { } fault }) continue;
            fault.Message.ShouldContain("write x");
            fault.Guidance.ShouldNotBeEmpty();
            codes.Add(fault.Code);
        }
        codes.Count.ShouldBe(7); // one that is missing tells of a disk that is gone
    }

    [Theory]
    [InlineData(28, StoreError.Full)]
    [InlineData(30, StoreError.ReadOnly)]
    [InlineData(5, StoreError.Failing)]
    public void Kind_OfTheFrameworksException_IsThatOfItsNumber(int number, StoreError error) =>
        PortableFiles.Kind(new IOException("x", number)).ShouldBe(error);

    [Fact]
    public void Explain_FailingDiskThatIsGone_IsLost()
    {
        string root = Directory.CreateTempSubdirectory("coffer-store-").FullName;
        using var store = DiskStore.Open(root, TimeProvider.System, new FailingFiles());
        var name = StoreName.Parse("a/b");
        Code(() => store.Exists(name)).ShouldBe("store.failing");
        Directory.Delete(root, recursive: true);
        Code(() => store.Exists(name)).ShouldBe("store.lost");
    }

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;

    /// <summary>A disk that answers whoever looks with EIO.</summary>
    private sealed class FailingFiles : DiskFiles
    {
        private readonly LinuxFiles _files = new();

        public override SafeFileHandle CreateLocked(string path) =>
            _files.CreateLocked(path);

        public override SafeFileHandle? OpenRead(string path) => throw Error();

        public override void Write(
            SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => throw Error();

        public override int Read(
            SafeFileHandle file, long offset, Span<byte> target) => throw Error();

        public override long Length(SafeFileHandle file) => throw Error();

        public override bool Exists(string path) => throw Error();

        public override void Sync(SafeFileHandle file) => throw Error();

        public override void SyncFolder(string path) => _files.SyncFolder(path);

        public override bool MakeFolder(string path) => _files.MakeFolder(path);

        public override bool MoveNew(string from, string to) => throw Error();

        public override bool Remove(string path) => throw Error();

        public override bool RemoveUnlocked(string path, bool orUnlockable) => throw Error();

        private static DiskException Error() => LinuxFiles.Error(LinuxCalls.Eio, "read", "x");
    }
}
