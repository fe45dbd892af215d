using Coffer.Agent.Caching.Places;
using Coffer.Domain;

namespace Coffer.Unit.Agent.Caching.Places;

public sealed class CacheMoveTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly CacheHome _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Run_ThenAGoodBackup_LeavesAllInTheNewPlaceOnly()
    {
        _machine.Move(_machine.New).BytesMoved.ShouldBeGreaterThan(3 << 20);
        _machine.Home.CacheFolder.ShouldBe(_machine.New);
        CacheHome.IsWhole(_machine.New).ShouldBeTrue();
        CacheHome.IsWhole(_machine.Home.DefaultCacheFolder).ShouldBeTrue();
        CacheHome.ModeOf(_machine.New).ShouldBe(Private | UnixFileMode.UserExecute);
        foreach (string file in Directory.GetFiles(_machine.New, "*", SearchOption.AllDirectories))
            CacheHome.ModeOf(file).ShouldBe(Private, file);

        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        Directory.Exists(_machine.Home.DefaultCacheFolder).ShouldBeFalse();
        _machine.Home.ReadSettings().LeftCaches.ShouldBeEmpty();
        CacheHome.IsWhole(_machine.New).ShouldBeTrue();

        _machine.Move(null);
        _machine.Home.CacheFolder.ShouldBe(_machine.Home.DefaultCacheFolder);
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        Directory.Exists(_machine.New).ShouldBeFalse();
        CacheHome.IsWhole(_machine.Home.DefaultCacheFolder).ShouldBeTrue();
    }

    /// <summary>Ends the move after each of its steps, by the process's death.</summary>
    [Fact]
    public void Run_KilledAfterEachStep_LeavesOneInUseAndGoesOn()
    {
        var steps = new List<string>();
        _machine.Move(_machine.New, steps.Add);
        steps.Count.ShouldBeGreaterThan(15);
        for (int killedAt = 1; killedAt <= steps.Count; killedAt++)
        {
            using var machine = new CacheHome();
            int passed = 0;
            Should.Throw<InvalidOperationException>(() => machine.Move(
                machine.New, _ => { if (++passed == killedAt) throw new InvalidOperationException("killed"); }));
            string at = steps[killedAt - 1];
            bool isSwitched = machine.Home.CacheFolder == machine.New;
            isSwitched.ShouldBe(at == "switched", at);
            CacheHome.IsWhole(machine.Home.CacheFolder).ShouldBeTrue(at);

            if (killedAt % 2 == 0) machine.Move(machine.New); // the same command goes on
            else CacheLeftovers.Remove(machine.Home, CacheHome.Disk()).ShouldBeEmpty(at); // or a backup comes first
            CacheHome.IsWhole(machine.Home.CacheFolder).ShouldBeTrue(at);
            machine.Move(machine.New);
            CacheLeftovers.Remove(machine.Home, CacheHome.Disk()).ShouldBeEmpty(at);
            CacheHome.IsWhole(machine.New).ShouldBeTrue(at);
            Directory.Exists(machine.Home.DefaultCacheFolder).ShouldBeFalse(at);
            machine.Home.ReadSettings().LeftCaches.ShouldBeEmpty(at);
        }
    }

    [Fact]
    public void Run_ElsewhereAfterAKill_RemovesTheHalfCopyWithTheNextBackup()
    {
        Should.Throw<InvalidOperationException>(() => _machine.Move(
            _machine.New, step => { if (step == "copied contents") throw new InvalidOperationException("killed"); }));
        _machine.Move(_machine.At("other"));
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        Directory.Exists(_machine.New).ShouldBeFalse();
        CacheHome.IsWhole(_machine.At("other")).ShouldBeTrue();
    }

    [Fact]
    public void Run_CannotWriteThere_UndoesWhatItBegan()
    {
        Should.Throw<FaultException>(() => _machine.Move(_machine.New, step =>
        {
            // A folder of somebody else's lies where the next file should.
            string next = Path.Combine(_machine.New, CacheHome.Sources[0], "contents");
            if (step == "copied bundles.plan") Directory.CreateDirectory(next);
        })).Fault.Code.ShouldBe("cache.copy");
        Directory.GetFileSystemEntries(_machine.New, "*", SearchOption.AllDirectories).Length.ShouldBe(2);
        _machine.Home.CacheFolder.ShouldBe(_machine.Home.DefaultCacheFolder);
        CacheHome.IsWhole(_machine.Home.DefaultCacheFolder).ShouldBeTrue();
        _machine.Home.ReadSettings().LeftCaches.ShouldBeEmpty();
    }

    [Fact]
    public void Remove_BesideFilesOfOthers_LeavesThem()
    {
        _machine.Move(_machine.New);
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        string[] theirs =
        [
            _machine.At("new/notes.txt"), _machine.At($"new/{CacheHome.Sources[0]}/photo.jpg"),
            _machine.At("new/folder/listing"),
        ];
        foreach (string path in theirs)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "theirs");
        }

        Directory.CreateSymbolicLink(_machine.At($"new/{new string('c', 32)}"), _machine.At("outside"));
        Directory.CreateDirectory(_machine.At("outside"));
        File.WriteAllText(_machine.At("outside/listing"), "theirs");
        _machine.Move(null);
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        foreach (string path in theirs) File.ReadAllText(path).ShouldBe("theirs", path);
        File.ReadAllText(_machine.At("outside/listing")).ShouldBe("theirs");
        File.Exists(_machine.At($"new/{CacheHome.Sources[0]}/listing")).ShouldBeFalse();
        File.Exists(_machine.At("new/coffer-cache.json")).ShouldBeFalse();
    }

    [Fact]
    public void Remove_FolderThatIsAnotherHomesByNow_LeavesIt()
    {
        _machine.Move(_machine.New);
        _machine.Move(null);
        CacheMarker.Write(_machine.New, Id128.Random(), _machine.Home);
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        CacheHome.IsWhole(_machine.New).ShouldBeTrue();
    }

    [Fact]
    public void Remove_DiskOfTheOldOneIsAway_WaitsForIt()
    {
        _machine.Move(_machine.New);
        _machine.Move(null);
        var other = CacheHome.Disk($"4095:1 / {_machine.At("new")} rw - xfs /dev/other rw");
        CacheLeftovers.Remove(_machine.Home, other).ShouldBeEmpty();
        CacheHome.IsWhole(_machine.New).ShouldBeTrue();
        _machine.Home.ReadSettings().LeftCaches.ShouldHaveSingleItem();
        CacheLeftovers.Remove(_machine.Home, CacheHome.Disk()).ShouldBeEmpty();
        Directory.Exists(_machine.New).ShouldBeFalse();
    }

    [Fact]
    public void Run_FolderThatWasMovedByHand_KeepsWhatIsInIt()
    {
        _machine.Move(_machine.New);
        Directory.Move(_machine.New, _machine.At("by-hand"));
        _machine.Move(_machine.At("by-hand")).BytesMoved.ShouldBe(0);
        CacheHome.IsWhole(_machine.At("by-hand")).ShouldBeTrue();
    }

    [Fact]
    public void Run_IntoAPlaceThatDoesNotSuit_IsRefusedAndMakesNothing()
    {
        Directory.CreateDirectory(_machine.At("taken"));
        File.WriteAllText(_machine.At("taken/file"), "theirs");
        Directory.CreateSymbolicLink(_machine.At("link"), _machine.At("taken"));
        (string Place, string Reason)[] refused =
        [
            (_machine.At("taken"), "holds files"),
            (_machine.At("link"), "symbolic link"),
            (_machine.At("none/new"), "offline"),
            (_machine.At("home/other"), "Coffer's home"),
            (_machine.At("home/vault/x"), "offline"),
            (_machine.Home.Folder, "Coffer's home"),
            ("/proc", "holds no files"),
            ("/", "holds files"),
        ];
        foreach (var (place, reason) in refused)
        {
            var fault = Should.Throw<FaultException>(() => new CacheMove(
                _machine.Home, CacheHome.Disk("0:21 / /proc rw - proc proc rw"), CacheHome.NoPlan).Run(place, default),
                place).Fault;
            (fault.Code, fault.Kind).ShouldBe(("cache.place", FaultKind.Refused), place);
            fault.Message.ShouldContain(reason);
            fault.Guidance.ShouldNotBeEmpty(place);
        }

        File.Exists(Path.Combine(_machine.Home.Folder, "settings.json")).ShouldBeFalse();
    }

    [Fact]
    public void NeverBackedUp_AfterAMove_HasBothPlaces()
    {
        _machine.Move(_machine.New);
        var own = _machine.Home.NeverBackedUp(null).Select(path => System.Text.Encoding.UTF8.GetString(path)).ToList();
        own.ShouldContain(_machine.New);
        own.ShouldContain(_machine.Home.DefaultCacheFolder);
    }
}
