using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Restoring;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.FileSystem;

public sealed class RestoreTargetTests
{
    private readonly List<Shortfall> _shortfalls = [];

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/etc")]
    [InlineData("a\0b")]
    public void AnyVerb_NameThatIsNotOneComponent_IsRefused(string name)
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        Should.Throw<CorruptionException>(() => target.Root.Enter(bytes, out _));
        Should.Throw<CorruptionException>(() => target.Root.CreateFile(bytes, Wanted(), out _));
        Should.Throw<CorruptionException>(() => target.Root.ReplaceFile(bytes, Wanted(), out _));
        Should.Throw<CorruptionException>(() => target.Root.CreateLink(bytes, "x"u8, Wanted(), _shortfalls));
        Should.Throw<CorruptionException>(() => target.Root.Remove(bytes));
        Should.Throw<CorruptionException>(() => target.Root.Rename("a"u8, bytes));
    }

    [Fact]
    public void Enter_LinkInTheWay_IsNotFollowed()
    {
        using var folder = new TempFolder();
        folder.AddFolder("outside");
        folder.AddFolder("in");
        folder.AddLink("in/a", folder.At("outside"));
        using RestoreTarget target = OpenTarget(folder, "in");
        target.Root.Enter("a"u8, out _).Cause.ShouldBeOneOf(OsCause.NotADirectory, OsCause.SymbolicLink);
        target.Root.CreateFile("a"u8, Wanted(), out _).Cause.ShouldBe(OsCause.Exists);
        Write(target.Root, "a", "x", Wanted(size: 1), replace: true);
        File.ReadAllText(folder.At("in/a")).ShouldBe("x");
        new FileInfo(folder.At("in/a")).LinkTarget.ShouldBeNull();
        Directory.GetFileSystemEntries(folder.At("outside")).ShouldBeEmpty();
    }

    [Fact]
    public void Enter_FolderSwappedForALinkAfterItWasClosed_IsNotFollowed()
    {
        using var folder = new TempFolder();
        folder.AddFolder("outside/b");
        folder.AddFolder("in");
        RestoreTarget.Open(Bytes(folder.At("in")), RestoreAspects.All, 2, out RestoreTarget? target).IsError
            .ShouldBeFalse();
        using (target)
        {
            target!.Root.Enter("a"u8, out TargetFolder? a).IsError.ShouldBeFalse();
            a!.Enter("b"u8, out TargetFolder? b).IsError.ShouldBeFalse();
            b!.Enter("c"u8, out _).IsError.ShouldBeFalse();
            Directory.Move(folder.At("in/a"), folder.At("in/moved"));
            folder.AddLink("in/a", folder.At("outside"));
            a.CreateFile("f"u8, Wanted(), out _).IsError.ShouldBeTrue();
            Directory.GetFileSystemEntries(folder.At("outside")).Length.ShouldBe(1);
        }
    }

    [Fact]
    public void Enter_Depth300WithFewDescriptors_WorksDownAndUp()
    {
        using var folder = new TempFolder();
        RestoreTarget.Open(folder.PathBytes, RestoreAspects.All, 8, out RestoreTarget? target).IsError.ShouldBeFalse();
        using (target)
        {
            var way = new Stack<TargetFolder>([target!.Root]);
            for (int i = 0; i < 300; i++)
            {
                way.Peek().Enter("a long enough name"u8, out TargetFolder? next).IsError.ShouldBeFalse();
                way.Push(next!);
            }

            while (way.Count > 1)
            {
                TargetFolder at = way.Pop();
                Write(at, "f", "x", Wanted(size: 1));
                at.Finish(Wanted(mode: 0x1c0) with
                {
                    Basic = Wanted(mode: 0x1c0).Basic with
                    {
                        Type =
                    EntryType.Directory
                    }
                }, _shortfalls)
                    .IsError.ShouldBeFalse();
                at.Release();
            }
        }

        TreeWalkerTests.Walk(folder, [[]]).Count.ShouldBe(601);
    }

    [Theory]
    [InlineData(0x1a4, 0L, 0u)]
    [InlineData(0x9ed, -5L, 999999999u)]
    [InlineData(0x000, 4102444800L, 1u)]
    [InlineData(0x1ff, 13569465600L, 500u)]
    public void File_ModeAndTimes_AreExact(uint mode, long seconds, uint nanoseconds)
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        target.Root.Enter("d"u8, out TargetFolder? inner).IsError.ShouldBeFalse();
        WantedMetadata wanted = Wanted(mode, 3, new FileTime(seconds, nanoseconds));
        foreach (TargetFolder at in (TargetFolder[])[target.Root, inner!])
        {
            Write(at, "f", "abc", wanted);
            at.Stat("f"u8, out FileMetadata found).IsError.ShouldBeFalse();
            (found.Mode, found.Modified, found.Size).ShouldBe((mode, wanted.Basic.Modified, 3L));
        }

        _shortfalls.ShouldBeEmpty();
        inner!.Release();
    }

    [Fact]
    public void File_Owner_IsGivenAndSetIdBitsSurvive()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "giving files away needs root");
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        WantedMetadata wanted = Wanted(0x9ed, 1);
        wanted = wanted with { Basic = wanted.Basic with { Uid = 12345, Gid = 54321 } };
        Write(target.Root, "f", "x", wanted);
        target.Root.Stat("f"u8, out FileMetadata found).IsError.ShouldBeFalse();
        (found.Uid, found.Gid, found.Mode).ShouldBe((12345u, 54321u, 0x9edu));
        target.Root.CreateLink("l"u8, "t"u8,
            wanted with { Basic = wanted.Basic with { Type = EntryType.SymbolicLink } }, _shortfalls)
            .IsError.ShouldBeFalse();
        target.Root.Stat("l"u8, out found).IsError.ShouldBeFalse();
        (found.Uid, found.Gid, found.Modified).ShouldBe((12345u, 54321u, wanted.Basic.Modified));
        _shortfalls.ShouldBeEmpty();
    }

    [Fact]
    public void File_Holes_StayHoles()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        const long size = 64 << 20;
        target.Root.CreateFile("f"u8, Wanted(size: size), out TargetFile? file).IsError.ShouldBeFalse();
        using (file)
        {
            file!.Write(32 << 20, "data"u8).IsError.ShouldBeFalse();
            file.Finish(Wanted(size: size), _shortfalls).IsError.ShouldBeFalse();
        }

        target.Root.Stat("f"u8, out FileMetadata found).IsError.ShouldBeFalse();
        found.Size.ShouldBe(size);
        (found.Blocks * 512).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void File_NotFinished_LeavesNothing()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        folder.AddFile("kept", "old");
        target.Root.CreateFile("f"u8, Wanted(), out TargetFile? created).IsError.ShouldBeFalse();
        target.Root.ReplaceFile("kept"u8, Wanted(), out TargetFile? replacing).IsError.ShouldBeFalse();
        replacing!.Write(0, "new"u8).IsError.ShouldBeFalse();
        Directory.GetFileSystemEntries(folder.Path).Length.ShouldBe(3);
        created!.Dispose();
        replacing.Dispose();
        Directory.GetFileSystemEntries(folder.Path).ShouldBe([folder.At("kept")]);
        File.ReadAllText(folder.At("kept")).ShouldBe("old");
    }

    [Fact]
    public void Xattrs_OfFileAndLink_AreGiven()
    {
        using var folder = new TempFolder();
        folder.AddFile("probe");
        Assert.SkipUnless(folder.TrySetXattr("probe", "user.p", [1]), "no user attributes on this file system");
        using var xattrs = new XattrSet();
        xattrs.Add("user.a"u8, "value"u8);
        xattrs.Add("user.empty"u8, []);
        using RestoreTarget target = OpenTarget(folder);
        Write(target.Root, "f", "", Wanted() with { Xattrs = xattrs });
        using var found = new XattrSet();
        target.Root.ReadXattrs("f"u8, found).IsError.ShouldBeFalse();
        found.IndexOf("user.empty"u8).ShouldBeGreaterThanOrEqualTo(0);
        Encoding.UTF8.GetString(found.Value(found.IndexOf("user.a"u8))).ShouldBe("value");
        _shortfalls.ShouldBeEmpty();

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "trusted attributes need root");
        xattrs.Clear();
        xattrs.Add("trusted.l"u8, "link"u8);
        WantedMetadata link = Wanted() with { Xattrs = xattrs };
        target.Root.CreateLink("l"u8, "f"u8, link with { Basic = link.Basic with { Type = EntryType.SymbolicLink } },
            _shortfalls)
            .IsError.ShouldBeFalse();
        target.Root.ReadXattrs("l"u8, found).IsError.ShouldBeFalse();
        found.IndexOf("trusted.l"u8).ShouldBeGreaterThanOrEqualTo(0);
        target.Root.ReadXattrs("f"u8, found).IsError.ShouldBeFalse();
        found.IndexOf("trusted.l"u8).ShouldBe(-1);
        _shortfalls.ShouldBeEmpty();
    }

    [Fact]
    public void Xattrs_CapabilityAndAccessList_SurviveOwnerAndMode()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "capabilities need root");
        using var folder = new TempFolder();
        using var xattrs = new XattrSet();
        // Version 2, cap_net_bind_service permitted and effective.
        xattrs.Add("security.capability"u8, [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        // user::rw- user:1000:rwx group::r-- mask::rwx other::---
        xattrs.Add("system.posix_acl_access"u8, [
            2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 7, 0, 0xe8, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255,
            16, 0, 7, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255]);
        using RestoreTarget target = OpenTarget(folder);
        WantedMetadata wanted = Wanted(0x1b8, 1) with { Xattrs = xattrs };
        wanted = wanted with { Basic = wanted.Basic with { Uid = 1000, Gid = 1000 } };
        Write(target.Root, "f", "x", wanted);
        Assert.SkipWhen(_shortfalls.Any(s => s.Error.Cause == OsCause.NotSupported),
            "no access lists on this file system");
        _shortfalls.ShouldBeEmpty();
        using var found = new XattrSet();
        target.Root.ReadXattrs("f"u8, found).IsError.ShouldBeFalse();
        for (int i = 0; i < xattrs.Count; i++)
            found.Value(found.IndexOf(xattrs.Name(i))).SequenceEqual(xattrs.Value(i)).ShouldBeTrue();
        target.Root.Stat("f"u8, out FileMetadata metadata);
        metadata.Mode.ShouldBe(0x1b8u);
    }

    [Fact]
    public void File_InFolderWithDefaultAccessList_InheritsNothing()
    {
        using var folder = new TempFolder();
        using var process = System.Diagnostics.Process.Start("sh", ["-c",
            $"setfacl -d -m u:1000:rwx '{folder.Path}' 2>/dev/null"]);
        process.WaitForExit();
        Assert.SkipUnless(process.ExitCode == 0, "no setfacl, or no access lists here");
        using RestoreTarget target = OpenTarget(folder);
        Write(target.Root, "f", "x", Wanted(0x1a0, 1));
        target.Root.Enter("d"u8, out TargetFolder? d).IsError.ShouldBeFalse();
        Write(d!, "f", "x", Wanted(0x1a0, 1));
        d!.Finish(Wanted(0x1c0), _shortfalls).IsError.ShouldBeFalse();
        d.Release();
        using var found = new XattrSet();
        foreach (string name in (string[])["f", "d"])
        {
            target.Root.ReadXattrs(Bytes(name), found).IsError.ShouldBeFalse();
            found.Count.ShouldBe(0, name);
        }

        target.Root.Stat("f"u8, out FileMetadata metadata);
        metadata.Mode.ShouldBe(0x1a0u);
        _shortfalls.ShouldBeEmpty();
    }

    [Fact]
    public void Xattrs_TargetRefuses_AreReportedByName()
    {
        using var folder = new TempFolder();
        using var xattrs = new XattrSet();
        xattrs.Add("nonsense.a"u8, "x"u8);
        using RestoreTarget target = OpenTarget(folder);
        Write(target.Root, "f", "", Wanted() with { Xattrs = xattrs });
        _shortfalls.ShouldHaveSingleItem().ShouldBe(new Shortfall(
            ShortfallKind.Xattr, "nonsense.a", new OsError(95, OsCause.NotSupported)));
    }

    [Fact]
    public void InodeFlags_ImmutableReplacement_IsSetLast()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the immutable flag needs root");
        using var folder = new TempFolder();
        folder.AddFile("f", "old");
        using RestoreTarget target = OpenTarget(folder);
        WantedMetadata wanted = Wanted(0x1a4, 3) with { InodeFlags = InodeFlags.Immutable | InodeFlags.NoDump };
        Write(target.Root, "f", "new", wanted, replace: true);
        Assert.SkipWhen(_shortfalls.Count > 0, "no inode flags on this file system");
        target.Root.Stat("f"u8, out FileMetadata found);
        target.Root.OpenExisting("f"u8, found, out SourceFile? file).IsError.ShouldBeFalse();
        using (file)
        {
            file!.ReadInodeFlags(out InodeFlags flags, out _);
            flags.ShouldBe(InodeFlags.Immutable | InodeFlags.NoDump);
        }

        ReadingTests.Run("chattr", "-i", folder.At("f"));
        File.ReadAllText(folder.At("f")).ShouldBe("new");
    }

    [Fact]
    public void Enter_FolderToBecomeImmutable_TakesContentsUntilItIsFinished()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the immutable flag needs root");
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        const InodeFlags flags = InodeFlags.Immutable | InodeFlags.NoDump;
        target.Root.Enter("d"u8, out TargetFolder? d, flags).IsError.ShouldBeFalse();
        Write(d!, "f", "new", Wanted(size: 3));
        FlagsOf(d!, "f").ShouldBe(InodeFlags.None);
    }

    [Theory]
    [InlineData(InodeFlags.Immutable)]
    [InlineData(InodeFlags.AppendOnly)]
    public void AddName_GuardedFile_IsOneInodeAndStaysGuarded(InodeFlags guard)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "the flag needs root");
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        Write(target.Root, "a", "x", Wanted(size: 1) with { InodeFlags = guard });
        Assert.SkipWhen(_shortfalls.Count > 0, "no inode flags on this file system");
        try
        {
            target.Root.Stat("a"u8, out FileMetadata first);
            target.Root.AddName("b"u8, target.Root, "a"u8, first).IsError.ShouldBeFalse();
            target.Root.Stat("b"u8, out FileMetadata second);
            second.IsSameFileAs(first).ShouldBeTrue();
            FlagsOf(target.Root, "b").ShouldBe(guard);
        }
        finally
        {
            ReadingTests.Run("chattr", "-ia", folder.At("a"));
        }
    }

    private static InodeFlags FlagsOf(TargetFolder folder, string name)
    {
        folder.Stat(Bytes(name), out FileMetadata found);
        folder.OpenExisting(Bytes(name), found, out SourceFile? file).IsError.ShouldBeFalse();
        using (file)
        {
            file!.ReadInodeFlags(out InodeFlags flags, out _);
            return flags;
        }
    }

    [Fact]
    public void Nodes_FifoSocketDevice_AreMade()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        Node("fifo", EntryType.Fifo).IsError.ShouldBeFalse();
        Node("sock", EntryType.Socket).IsError.ShouldBeFalse();
        target.Root.Stat("fifo"u8, out FileMetadata fifo);
        (fifo.Type, fifo.Mode, fifo.Modified).ShouldBe((EntryType.Fifo, 0x1b6u, Wanted().Basic.Modified));
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "device nodes need root");
        Node("dev", EntryType.BlockDevice).IsError.ShouldBeFalse();
        target.Root.Stat("dev"u8, out FileMetadata device);
        (device.Type, device.NodeMajor, device.NodeMinor).ShouldBe((EntryType.BlockDevice, 300u, 70000u));
        _shortfalls.ShouldBeEmpty();

        OsError Node(string name, EntryType type)
        {
            WantedMetadata wanted = Wanted(0x1b6);
            wanted = wanted with { Basic = wanted.Basic with { Type = type, NodeDevice = (300UL << 32) | 70000 } };
            return target.Root.CreateNode(Bytes(name), wanted, _shortfalls);
        }
    }

    [Fact]
    public void AddName_SameFile_IsOneInode()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        Write(target.Root, "a", "x", Wanted(size: 1));
        target.Root.Enter("d"u8, out TargetFolder? d).IsError.ShouldBeFalse();
        target.Root.Stat("a"u8, out FileMetadata first);
        d!.AddName("b"u8, target.Root, "a"u8, first).IsError.ShouldBeFalse();
        d.Stat("b"u8, out FileMetadata second);
        second.IsSameFileAs(first).ShouldBeTrue();
        d.AddName("c"u8, target.Root, "a"u8, first with { Inode = 1 }).Cause.ShouldBe(OsCause.Replaced);
        d.Stat("c"u8, out _).Cause.ShouldBe(OsCause.Missing);
    }

    [Fact]
    public void Rename_TakenName_ReplacesNothing()
    {
        using var folder = new TempFolder();
        folder.AddFile("a", "1");
        folder.AddFile("b", "2");
        using RestoreTarget target = OpenTarget(folder);
        target.Root.Rename("a"u8, "b"u8).Cause.ShouldBe(OsCause.Exists);
        target.Root.Rename("a"u8, "c"u8).IsError.ShouldBeFalse();
        File.ReadAllText(folder.At("b")).ShouldBe("2");
        File.ReadAllText(folder.At("c")).ShouldBe("1");
    }

    [Fact]
    public void Folder_TwoThreadsWriting_AllFilesAreRight()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        target.Root.Enter("d"u8, out TargetFolder? d).IsError.ShouldBeFalse();
        Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, worker =>
        {
            var shortfalls = new List<Shortfall>();
            for (int i = 0; i < 200; i++)
                WriteTo(d!, $"{worker}-{i}", $"{worker}{i}", Wanted(size: $"{worker}{i}".Length), false, shortfalls);
            shortfalls.ShouldBeEmpty();
        });
        d!.Release();
        Directory.GetFiles(folder.At("d")).Length.ShouldBe(400);
        File.ReadAllText(folder.At("d/1-199")).ShouldBe("1199");
    }

    [Fact]
    public void Directory_ModeAndTime_AreThereAfterItsContents()
    {
        using var folder = new TempFolder();
        using RestoreTarget target = OpenTarget(folder);
        target.Root.Enter("d"u8, out TargetFolder? d).IsError.ShouldBeFalse();
        Write(d!, "f", "x", Wanted(size: 1));
        WantedMetadata wanted = Wanted(0x5ed);
        d!.Finish(wanted with { Basic = wanted.Basic with { Type = EntryType.Directory } }, _shortfalls).IsError
            .ShouldBeFalse();
        d.Release();
        target.Root.Stat("d"u8, out FileMetadata found);
        (found.Mode, found.Modified).ShouldBe((0x5edu, wanted.Basic.Modified));
        _shortfalls.ShouldBeEmpty();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static WantedMetadata Wanted(uint mode = 0x1a4, long size = 0, FileTime? modified = null) => new()
    {
        Basic = new FileMetadata
        {
            Type = EntryType.File,
            Mode = mode,
            Size = size,
            Uid = MachineUid,
            Gid = Coffer.FileSystem.Linux.Account.EffectiveGid,
            Modified = modified ?? new FileTime(1_000_000_000, 123_456_789),
        },
    };

    private static uint MachineUid => Coffer.FileSystem.Machines.MachineFacts.EffectiveUid;

    private static RestoreTarget OpenTarget(TempFolder folder, string below = "")
    {
        RestoreTarget.Open(Bytes(folder.At(below)), RestoreAspects.All, out RestoreTarget? target).IsError
            .ShouldBeFalse();
        return target!;
    }

    private void Write(TargetFolder at, string name, string content, WantedMetadata wanted, bool replace = false) =>
        WriteTo(at, name, content, wanted, replace, _shortfalls);

    private static void WriteTo(
        TargetFolder at, string name, string content, WantedMetadata wanted, bool replace, List<Shortfall> shortfalls)
    {
        OsError error = replace
            ? at.ReplaceFile(Bytes(name), wanted, out TargetFile? file)
            : at.CreateFile(Bytes(name), wanted, out file);
        error.IsError.ShouldBeFalse(error.ToString());
        using (file)
        {
            file!.Write(0, Bytes(content)).IsError.ShouldBeFalse();
            file.Finish(wanted, shortfalls).IsError.ShouldBeFalse();
        }
    }
}
