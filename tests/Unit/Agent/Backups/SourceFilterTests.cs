using Coffer.Agent.Backups;
using Coffer.Domain.Policies;
using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;
using Coffer.Unit.FileSystem;

namespace Coffer.Unit.Agent.Backups;

public sealed class SourceFilterTests
{
    [Theory]
    [InlineData("out", EntryType.Directory, false)]
    [InlineData("out", EntryType.File, true)]
    [InlineData("vault", EntryType.Directory, false)]
    [InlineData("in", EntryType.Directory, true)]
    public void Admits_TypeUnknown_IsJudgedOnceItIsKnown(string path, EntryType type, bool isAdmitted)
    {
        var filter = new SourceFilter(new OutIsExcluded(), ["/mnt/vault"u8.ToArray()], "/mnt"u8.ToArray());
        byte[] bytes = ScriptedTree.Bytes(path);
        filter.Admits(bytes, bytes, EntryType.Unknown).ShouldBeTrue();
        filter.Admits(bytes, bytes, new FileMetadata { Type = type }).ShouldBe(isAdmitted);
    }

    [Fact]
    public void Admits_TypeTold_AsksThePolicyOnce()
    {
        var policy = new OutIsExcluded();
        var filter = new SourceFilter(policy, [], "/"u8.ToArray());
        filter.Admits("in"u8, "in"u8, EntryType.File).ShouldBeTrue();
        filter.Admits("in"u8, "in"u8, new FileMetadata { Type = EntryType.File }).ShouldBeTrue();
        policy.Asked.ShouldBe(1);
    }

    [Fact]
    public void Admits_PolicyWeighsSizes_JudgesFilesOnceTheirSizeIsKnown()
    {
        var policy = new ExclusionFilter([ExclusionPattern.Parse(">10B"u8)], [], []);
        var filter = new SourceFilter(policy, [], "/"u8.ToArray());
        foreach (var (type, size, isAdmitted) in ((EntryType, long, bool)[])[
            (EntryType.File, 10, true), (EntryType.File, 11, false), (EntryType.Directory, 4096, true),
            (EntryType.SymbolicLink, 50, true)])
        {
            filter.Admits("a"u8, "a"u8, type).ShouldBeTrue();
            filter.Admits("a"u8, "a"u8, new FileMetadata { Type = type, Size = size }).ShouldBe(isAdmitted, $"{type}");
        }
    }

    [Fact]
    public void Admits_OwnFolderMetByAnotherPath_IsLeftOut()
    {
        using var folder = new TempFolder();
        byte[] vault = ScriptedTree.Bytes(folder.AddFolder("vault"));
        byte[] other = ScriptedTree.Bytes(folder.AddFolder("other"));
        var filter = new SourceFilter(new OutIsExcluded(), [vault], "/top"u8.ToArray());
        Admits(filter, vault).ShouldBeFalse();
        Admits(filter, other).ShouldBeTrue();
    }

    [Fact]
    public void Admits_OwnFolderInASnapshot_IsKnownByTheSnapshotsDevice()
    {
        using var folder = new TempFolder();
        byte[] vault = ScriptedTree.Bytes(folder.AddFolder("vault"));
        SystemPaths.Stat(vault, out var live).IsError.ShouldBeFalse();
        var filter = new SourceFilter(
            new OutIsExcluded(), [vault], "/top"u8.ToArray(), device => device == live.Device ? 77 : device);
        filter.Admits("a"u8, "a"u8, EntryType.Directory).ShouldBeTrue();
        filter.Admits("a"u8, "a"u8, live with { Device = 77 }).ShouldBeFalse();
    }

    private static bool Admits(SourceFilter filter, byte[] real)
    {
        SystemPaths.Stat(real, out var metadata).IsError.ShouldBeFalse();
        return filter.Admits("bound/to"u8, "to"u8, EntryType.Directory)
            && filter.Admits("bound/to"u8, "to"u8, in metadata);
    }

    private sealed class OutIsExcluded : IPathFilter
    {
        public int Asked { get; private set; }

        public bool WeighsSizes => false;

        public bool Excludes(ReadOnlySpan<byte> absolutePath, bool isDirectory, long size = 0)
        {
            Asked++;
            return isDirectory && absolutePath.EndsWith("/out"u8);
        }
    }
}
