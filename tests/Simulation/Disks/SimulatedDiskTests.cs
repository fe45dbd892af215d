namespace Coffer.Simulation.Disks;

public sealed class SimulatedDiskTests
{
    private const int Seeds = 200;

    private readonly SimulatedDisk _disk = new(new DiskImage(), new Dictionary<string, int>());

    [Fact]
    public void Crash_AfterSyncsOfFileAndFolder_KeepsBytesAndName()
    {
        Happen(new FileCreated(1, "a"), new BytesWritten(1, 0, [1, 2, 3]), new FileSynced(1), new FolderSynced(""));
        Images().ShouldAllBe(image => image.Files["a"].SequenceEqual(new byte[] { 1, 2, 3 }));
    }

    [Fact]
    public void Crash_AfterSyncOfFileOnly_MayLoseTheName()
    {
        Happen(new FileCreated(1, "a"), new BytesWritten(1, 0, [1]), new FileSynced(1));
        Images().Select(image => image.Files.ContainsKey("a")).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Crash_AfterSyncOfFolderOnly_MayLoseTheBytes()
    {
        Happen(new FileCreated(1, "a"), new BytesWritten(1, 0, [1]), new FolderSynced(""));
        Images().Select(image => image.Files["a"].SequenceEqual(new byte[] { 1 })).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Crash_WithTwoWrites_MayKeepTheLaterOne()
    {
        Happen(new FileCreated(1, "a"), new FolderSynced(""));
        Happen(new BytesWritten(1, 0, [1]), new BytesWritten(1, 1, [2]));
        Images().ShouldContain(image => image.Files["a"].SequenceEqual(new byte[] { 0, 2 }));
    }

    [Fact]
    public void Crash_InALongWrite_TearsItAtSectorsOnly()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)1, 3000)];
        Happen(new FileCreated(1, "a"), new BytesWritten(1, 0, new byte[3100]));
        Happen(new FileSynced(1), new FolderSynced(""));
        Happen(new BytesWritten(1, 100, bytes));
        var contents = Images().ConvertAll(image => image.Files["a"]);
        contents.Select(content => content.Count(b => b == 1)).Distinct().Count().ShouldBeGreaterThan(4);
        // Sectors end at multiples of 512: bytes on both sides of any other place are both old or both new.
        foreach (byte[] content in contents)
            for (int at = 101; at < 3100; at++)
                if (at % 512 != 0) content[at].ShouldBe(content[at - 1], $"at {at}");
    }

    [Fact]
    public void Crash_AfterAMove_FindsTheFileByOneNameAtLeast()
    {
        Happen(new FolderMade("x"), new FolderMade("y"), new FileCreated(1, "x/a"), new FileSynced(1));
        Happen(new FolderSynced("x"), new FolderSynced(""), new FileMoved(1, "x/a", "y/b"));
        var found = Images().Select(image => (image.Files.ContainsKey("x/a"), image.Files.ContainsKey("y/b")));
        found.Distinct().ShouldBe([(true, false), (false, true), (true, true)], ignoreOrder: true);
        Happen(new FolderSynced("x"));
        Images().ShouldAllBe(image => image.Files.ContainsKey("y/b") && !image.Files.ContainsKey("x/a"));
    }

    [Fact]
    public void Crash_InAFolderWhoseNameWasNotSynced_MayLoseAllOfIt()
    {
        Happen(new FolderMade("x"), new FileCreated(1, "x/a"), new FileSynced(1), new FolderSynced("x"));
        Images().Select(image => image.Files.ContainsKey("x/a")).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Crash_AfterARemovalThatWasNotSynced_MayFindTheFileAgain()
    {
        Happen(new FileCreated(1, "a"), new FolderSynced(""), new NameRemoved("a"));
        Images().Select(image => image.Files.ContainsKey("a")).Distinct().Count().ShouldBe(2);
        Happen(new FolderSynced(""));
        Images().ShouldAllBe(image => !image.Files.ContainsKey("a"));
    }

    [Fact]
    public void Crash_OfOneSeed_IsTheSameEachTime()
    {
        Happen(new FileCreated(1, "a"), new FolderSynced(""), new BytesWritten(1, 0, new byte[9000]));
        for (int seed = 0; seed < Seeds; seed++)
            _disk.Crash(new Chance(seed, 3)).Files["a"].ShouldBe(_disk.Crash(new Chance(seed, 3)).Files["a"]);
    }

    private void Happen(params DiskEvent[] events)
    {
        foreach (var happened in events) _disk.Apply(happened);
    }

    private List<DiskImage> Images() =>
        [.. Enumerable.Range(0, Seeds).Select(seed => _disk.Crash(new Chance(seed, 3)))];
}
