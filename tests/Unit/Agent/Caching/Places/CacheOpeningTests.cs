using Coffer.Agent.Caching.Places;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Caching.Places;

public sealed class CacheOpeningTests : IDisposable
{
    private readonly CacheHome _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Open_Default_IsMadePrivateWithoutAWord()
    {
        Directory.Delete(_machine.Home.DefaultCacheFolder, recursive: true);
        CacheOpening.Open(_machine.Home, CacheHome.Disk())
            .ShouldBe(new OpenedCache(_machine.Home.DefaultCacheFolder, null));
        CacheHome.ModeOf(_machine.Home.DefaultCacheFolder)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Open_DefaultOnAnOverlay_IsUsed() => CacheOpening.Open(_machine.Home,
        CacheHome.Disk($"0:59 / {_machine.Home.Folder} rw - overlay overlay rw")).Remark.ShouldBeNull();

    [Fact]
    public void Open_DefaultThatEveryUserMayWriteIn_IsRefused()
    {
        CacheHome.Chmod("777", _machine.Home.DefaultCacheFolder);
        Should.Throw<FaultException>(() => CacheOpening.Open(_machine.Home, CacheHome.Disk()))
            .Fault.Code.ShouldBe("cache.place");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_DeletedOrEmptiedOnTheSameDisk_IsMadeAnewAndSaid(bool isEmptied)
    {
        _machine.Move(_machine.New);
        Directory.Delete(_machine.New, recursive: true);
        if (isEmptied) Directory.CreateDirectory(Path.Combine(_machine.New, CacheHome.Sources[0]));
        if (isEmptied) CacheHome.Chmod("700", _machine.New);
        CacheOpening.Open(_machine.Home, CacheHome.Disk()).Remark!.Code.ShouldBe("cache.new");
        CacheOpening.Open(_machine.Home, CacheHome.Disk()).Remark.ShouldBeNull();
    }

    [Fact]
    public void Open_DiskNotMounted_IsRefusedAndNothingIsMade()
    {
        Directory.CreateDirectory(_machine.At("mnt"));
        string folder = _machine.At("mnt/cache");
        var mounted = CacheHome.Disk($"4095:1 / {_machine.At("mnt")} rw - xfs /dev/other rw");
        new CacheMove(_machine.Home, mounted, CacheHome.NoPlan).Run(folder, default);
        CacheOpening.Open(_machine.Home, mounted).Remark.ShouldBeNull();
        Directory.Delete(folder, recursive: true);

        var fault = Should.Throw<FaultException>(() => CacheOpening.Open(_machine.Home, CacheHome.Disk())).Fault;
        (fault.Code, fault.Kind).ShouldBe(("cache.offline", FaultKind.Failed));
        fault.Guidance.ShouldContain("Mount it");
        Directory.Exists(folder).ShouldBeFalse();
        // Both ways out of it.
        new CacheMove(_machine.Home, CacheHome.Disk(), CacheHome.NoPlan).Run(null, default).WasAway.ShouldBeTrue();
        CacheOpening.Open(_machine.Home, CacheHome.Disk()).Folder.ShouldBe(_machine.Home.DefaultCacheFolder);
    }

    [Fact]
    public void Open_AnotherDiskThereForGood_IsTakenByTheSameCommand()
    {
        _machine.Move(_machine.New);
        var replaced = CacheHome.Disk($"4095:1 / {_machine.New} rw - xfs /dev/other rw");
        Should.Throw<FaultException>(() => CacheOpening.Open(_machine.Home, replaced)).Fault.Code
            .ShouldBe("cache.offline");
        new CacheMove(_machine.Home, replaced, CacheHome.NoPlan).Run(_machine.New, default);
        CacheOpening.Open(_machine.Home, replaced).Remark.ShouldBeNull();
    }

    [Fact]
    public void Open_MemoryMountedOverIt_IsRefused()
    {
        _machine.Move(_machine.New);
        var hidden = CacheHome.Disk($"0:77 / {_machine.New} rw - tmpfs tmpfs rw");
        Should.Throw<FaultException>(() => CacheOpening.Open(_machine.Home, hidden)).Fault.Code
            .ShouldBe("cache.offline");
    }

    [Fact]
    public void Open_FilesOfOthersOrAnotherHomesMarker_IsRefused()
    {
        _machine.Move(_machine.New);
        File.WriteAllText(Path.Combine(_machine.New, "notes.txt"), "");
        CacheOpening.Open(_machine.Home, CacheHome.Disk()).Remark.ShouldBeNull(); // beside the marker they do no harm
        File.Delete(Path.Combine(_machine.New, "coffer-cache.json"));
        Refused();
        File.Delete(Path.Combine(_machine.New, "notes.txt"));
        CacheMarker.Write(_machine.New, Id128.Random(), _machine.Home);
        Refused();
    }

    private void Refused() => Should.Throw<FaultException>(
        () => CacheOpening.Open(_machine.Home, CacheHome.Disk())).Fault.Code.ShouldBe("cache.place");
}
