using System.Text;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Walking;

namespace Coffer.Unit.FileSystem;

public sealed class ReadingTests
{
    [Fact]
    public void Metadata_OfAFile_IsWhatTheSystemSays()
    {
        using var folder = new TempFolder();
        string path = folder.AddFile("f", "twelve bytes");
        Run("chmod", "420", path);
        FileMetadata metadata = WalkTo(folder, "f", static walker => walker.Metadata);
        metadata.Type.ShouldBe(EntryType.File);
        metadata.Size.ShouldBe(12);
        metadata.Mode.ShouldBe(0x110u);
        metadata.LinkCount.ShouldBe(1u);
        metadata.Modified.Seconds.ShouldBe(new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("1901-12-14 00:00:00.000000001", -2147472000, 1)]
    [InlineData("1969-12-31 23:59:59.999999999", -1, 999999999)]
    [InlineData("2400-01-01 00:00:00.5", 13569465600, 500000000)]
    public void Metadata_TimesFarAway_KeepNanoseconds(string time, long seconds, uint nanoseconds)
    {
        using var folder = new TempFolder();
        Run("touch", "-d", time + " UTC", folder.AddFile("f"));
        WalkTo(folder, "f", static walker => walker.Metadata).Modified.ShouldBe(new FileTime(seconds, nanoseconds));
    }

    [Fact]
    public void OpenFile_Regular_ReadsFromAnyOffset()
    {
        using var folder = new TempFolder();
        folder.AddFile("d/f", "0123456789");
        byte[] read = WalkTo(folder, "d/f", static walker =>
        {
            walker.OpenFile(out SourceFile? file).IsError.ShouldBeFalse();
            using (file)
            {
                var bytes = new byte[20];
                file!.Read(4, bytes, out int count).IsError.ShouldBeFalse();
                return bytes[..count];
            }
        });
        Encoding.ASCII.GetString(read).ShouldBe("456789");
    }

    [Fact]
    public void OpenFile_ReplacedByAFifo_IsRefusedWithoutHanging()
    {
        using var folder = new TempFolder();
        string path = folder.AddFile("f", "x");
        OsError error = WalkTo(folder, "f", walker =>
        {
            File.Delete(path);
            folder.TryAddNode("f", 0x1000 | 0x1a4).ShouldBeTrue();
            return walker.OpenFile(out _);
        });
        error.Cause.ShouldBe(OsCause.Replaced);
    }

    [Fact]
    public void OpenFile_ReplacedByALink_IsRefused()
    {
        using var folder = new TempFolder();
        string path = folder.AddFile("f", "x");
        OsError error = WalkTo(folder, "f", walker =>
        {
            File.Delete(path);
            folder.AddLink("f", "/etc/passwd");
            return walker.OpenFile(out _);
        });
        error.Cause.ShouldBe(OsCause.SymbolicLink);
    }

    [Fact]
    public void IsOpenForWriting_ByAnyProcess_IsTold()
    {
        using var folder = new TempFolder();
        string path = folder.AddFile("f", "x");
        bool? idle = WalkTo(folder, "f", static walker => Ask(walker));
        Assert.SkipWhen(idle is null, "no leases on this file system");
        idle.ShouldBe(false);
        using (File.OpenWrite(path)) WalkTo(folder, "f", static walker => Ask(walker)).ShouldBe(true);

        static bool? Ask(TreeWalker walker)
        {
            walker.OpenFile(out SourceFile? file).IsError.ShouldBeFalse();
            using (file) return file!.IsOpenForWriting();
        }
    }

    [Fact]
    public void TryNextData_SparseFile_TellsTheExtents()
    {
        using var folder = new TempFolder();
        using (var stream = File.Create(folder.At("f")))
        {
            stream.SetLength(64 << 20);
            stream.Position = 32 << 20;
            stream.Write(new byte[4096]);
        }

        WalkTo(folder, "f", static walker =>
        {
            walker.Metadata.IsSparse.ShouldBeTrue();
            walker.OpenFile(out SourceFile? file).IsError.ShouldBeFalse();
            using (file)
            {
                file!.TryNextData(0, 64 << 20, out long start, out long end).ShouldBeTrue();
                start.ShouldBe(32 << 20);
                end.ShouldBe((32 << 20) + 4096);
                file.TryNextData(end, 64 << 20, out _, out _).ShouldBeFalse();
            }

            return true;
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(4000)]
    public void ReadLink_AnyLength_GivesTheTarget(int length)
    {
        using var folder = new TempFolder();
        folder.AddLink("l", new string('t', length));
        byte[] target = WalkTo(folder, "l", static walker =>
        {
            walker.ReadLink(out byte[] bytes).IsError.ShouldBeFalse();
            return bytes;
        });
        target.Length.ShouldBe(length);
    }

    [Fact]
    public void ReadXattrs_FileDirectoryAndOpenFile_AreSorted()
    {
        using var folder = new TempFolder();
        folder.AddFile("d/f", "x");
        var large = new byte[3000];
        large.AsSpan().Fill(7);
        foreach (string path in (string[])["d", "d/f"])
        {
            Assert.SkipUnless(folder.TrySetXattr(path, "user.z", large), "no user attributes on this file system");
            folder.TrySetXattr(path, "user.a", []).ShouldBeTrue();
        }

        using var set = new XattrSet();
        foreach (string path in (string[])["d", "d/f"])
        {
            WalkTo(folder, path, walker => walker.ReadXattrs(set)).IsError.ShouldBeFalse();
            ShouldHoldBoth(set, large);
        }

        WalkTo(folder, "d/f", walker =>
        {
            walker.OpenFile(out SourceFile? file).IsError.ShouldBeFalse();
            using (file) return file!.ReadXattrs(set);
        }).IsError.ShouldBeFalse();
        ShouldHoldBoth(set, large);
    }

    [Fact]
    public void ReadXattrs_SymbolicLink_AreItsOwn()
    {
        using var folder = new TempFolder();
        folder.AddFile("f");
        folder.AddLink("l", "f");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "trusted attributes of links need root");
        Run("python3", "-c", $"import os; os.setxattr('{folder.At("l")}', 'trusted.t', b'v', follow_symlinks=False)");
        using var set = new XattrSet();
        WalkTo(folder, "l", walker => walker.ReadXattrs(set)).IsError.ShouldBeFalse();
        set.Count.ShouldBe(1);
        Encoding.ASCII.GetString(set.Name(0)).ShouldBe("trusted.t");
        WalkTo(folder, "f", walker => walker.ReadXattrs(set)).IsError.ShouldBeFalse();
        set.Count.ShouldBe(0);
    }

    [Fact]
    public void Walk_FifoSocketAndDevice_AreToldWithoutOpening()
    {
        using var folder = new TempFolder();
        folder.TryAddNode("fifo", 0x1000 | 0x1a4).ShouldBeTrue();
        folder.TryAddNode("sock", 0xc000 | 0x1a4).ShouldBeTrue();
        Assert.SkipUnless(folder.TryAddNode("null", 0x2000 | 0x1b6, (1 << 8) | 3), "device nodes need root");
        var entries = TreeWalkerTests.Walk(folder, [[]]);
        entries.Select(e => e.Metadata.Type)
            .ShouldBe([EntryType.Directory, EntryType.Fifo, EntryType.CharacterDevice, EntryType.Socket]);
        (entries[2].Metadata.NodeMajor, entries[2].Metadata.NodeMinor).ShouldBe((1u, 3u));
    }

    [Theory]
    [InlineData("plain name", "plain name")]
    [InlineData(@"back\slash", @"back\\slash")]
    [InlineData("tab\there", @"tab\x09here")]
    public void PathText_RenderAndParse_AreInverse(string name, string shown)
    {
        PathText.Render(Encoding.UTF8.GetBytes(name)).ShouldBe(shown);
        PathText.Parse(shown).ShouldBe(Encoding.UTF8.GetBytes(name));
        byte[] odd = [0xff, (byte)'\\', (byte)'x', (byte)'4', (byte)'1', 0xc3, 0x28, 0];
        PathText.Parse(PathText.Render(odd)).ShouldBe(odd);
    }

    internal static void Run(string tool, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(tool, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private static T WalkTo<T>(TempFolder folder, string path, Func<TreeWalker, T> ask)
    {
        using VolumeRoot root = folder.OpenRoot();
        using var walker = new TreeWalker(root, [[]], new WalkOptions());
        while (walker.MoveNext())
            if (walker.Path.SequenceEqual(Encoding.UTF8.GetBytes(path))) return ask(walker);
        throw new InvalidOperationException($"{path} was not met");
    }

    private static void ShouldHoldBoth(XattrSet set, byte[] large)
    {
        int a = set.IndexOf("user.a"u8), z = set.IndexOf("user.z"u8);
        a.ShouldBeGreaterThanOrEqualTo(0);
        z.ShouldBeGreaterThan(a);
        set.Value(a).Length.ShouldBe(0);
        set.Value(z).SequenceEqual(large).ShouldBeTrue();
    }
}
