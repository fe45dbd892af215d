using System.Text;
using Coffer.Agent.Backups;
using Coffer.Agent.Caching;
using Coffer.Agent.Nodes;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.Format.Frames;
using Coffer.Format.Listing;
using Coffer.Format.Points;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Doubles;

namespace Coffer.Unit.Agent.Backups;

public sealed class BackupRunTests : BackupScenario
{
    [Fact]
    public async Task Run_SmallTree_ListsEveryEntryInOrder()
    {
        Write("b.txt", 10);
        Write("a/c.txt", 300_000);
        Write("a/empty", 0);
        File.CreateSymbolicLink(Path.Combine(Data, "link"), "b.txt");
        var result = await RunAsync();
        result.Findings.ShouldBeEmpty();
        (await ListAsync(result.Point!)).ShouldBe(["", "a", "a/c.txt", "a/empty", "b.txt", "link"]);
        result.Statistics.Files.ShouldBe(3);
        result.Statistics.BytesRead.ShouldBe(300_010);
    }

    [Fact]
    public async Task Run_NothingChanged_ReadsAndSendsNothing()
    {
        for (int i = 0; i < 300; i++) Write($"d{i % 7}/f{i}", 100 + i);
        Age();
        var first = await RunAsync();
        int frames = Vault.Frames.Count;
        var second = await RunAsync();
        second.Statistics.BytesRead.ShouldBe(0);
        second.Statistics.NewBytes.ShouldBe(0);
        Vault.Frames.Count.ShouldBe(frames);
        References(second.Point!).ShouldBe(References(first.Point!));
    }

    [Fact]
    public async Task Run_CacheLost_SendsNothingAndGivesTheSameListing()
    {
        for (int i = 0; i < 300; i++) Write($"d{i % 7}/f{i}", 100 + i);
        Age();
        var first = await RunAsync();
        int frames = Vault.Frames.Count;
        Directory.Delete(Cache, recursive: true);
        var second = await RunAsync();
        second.Statistics.BytesRead.ShouldBe(0);
        Vault.Frames.Count.ShouldBe(frames);
        References(second.Point!).ShouldBe(References(first.Point!));
    }

    [Fact]
    public async Task Run_CopiedTree_SendsOnlyItsListing()
    {
        for (int i = 0; i < 400; i++) Write($"one/d{i % 7}/f{i}", 3000 + i);
        Age();
        var first = await RunAsync();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Data, "one"), "*", SearchOption.AllDirectories))
        {
            string copy = file.Replace("/one/", "/two/", StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        Age();
        var second = await RunAsync();
        second.Statistics.BytesRead.ShouldBe(first.Statistics.BytesRead);
        second.Statistics.NewBytes.ShouldBeLessThan(first.Statistics.NewBytes / 10);
    }

    [Fact]
    public async Task Run_OneFileChanged_KeepsTheRest()
    {
        for (int i = 0; i < 100; i++) Write($"f{i}", 1000);
        Age();
        _ = await RunAsync();
        Write("f50", 1234);
        var second = await RunAsync();
        second.Statistics.BytesRead.ShouldBe(1234);
        (await ListAsync(second.Point!)).Count.ShouldBe(101);
    }

    [Fact]
    public async Task Run_HardLinks_ReadsOnceAndGivesOneGroup()
    {
        Write("a", 5000);
        Age();
        Process("ln", Path.Combine(Data, "a"), Path.Combine(Data, "b"));
        var result = await RunAsync();
        result.Statistics.BytesRead.ShouldBe(5000);
        var groups =
            (await EntriesAsync(result.Point!)).Where(e => e.Fields.IsRegular).Select(e => e.Fields.HardLinkGroup);
        groups.Distinct().ShouldHaveSingleItem().ShouldNotBe(0ul);
    }

    [Fact]
    public async Task Run_SparseFile_KeepsHoles()
    {
        using (var file = File.Create(Path.Combine(Data, "sparse")))
        {
            file.SetLength(64 << 20);
            file.Position = 32 << 20;
            file.Write(new byte[] { 1, 2, 3 });
        }

        var result = await RunAsync();
        result.Statistics.BytesRead.ShouldBeLessThan(1 << 20);
        var entry = (await EntriesAsync(result.Point!)).Single(e => e.Path == "sparse");
        entry.Fields.Shape.ShouldBe(ContentShape.Extents);
        entry.Fields.Size.ShouldBe(64ul << 20);
        entry.Extents.Single().Gap.ShouldBe(32ul << 20);
    }

    [Fact]
    public async Task Run_FileOfManyChunks_UsesExtentPages()
    {
        Write("big", 60 << 20);
        var result = await RunAsync();
        var entry = (await EntriesAsync(result.Point!)).Single(e => e.Path == "big");
        entry.Fields.Shape.ShouldBe(ContentShape.Paged);
    }

    [Fact]
    public async Task Run_VaultFails_GivesItsFaultAndNoPoint()
    {
        Write("big", 8 << 20);
        Vault.FailingPack = 2;
        var fault = await Should.ThrowAsync<FaultException>(RunAsync);
        fault.Fault.Code.ShouldBe("vault.full");
        Vault.Committed.ShouldBeEmpty();
        Vault.FailingPack = 0;
        (await RunAsync()).Point.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_VaultLostChunksAtCommit_SendsThemAgainInTheSameSession()
    {
        for (int i = 0; i < 50; i++) Write($"f{i}", 60_000);
        Vault.LosesBeforeCommit = vault =>
            [.. vault.Frames.Where(f => FrameHeader.Parse(f.Value, "f").Kind == NodeKind.Chunk).Select(f => f.Key)];
        var result = await RunAsync();
        result.Point.ShouldNotBeNull();
        Vault.Committed.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_BaseLostChunks_HealsThemFromAnUnchangedSource()
    {
        for (int i = 0; i < 50; i++) Write($"f{i}", 60_000);
        Age();
        _ = await RunAsync();
        var lost = Vault.Frames.First(f => FrameHeader.Parse(f.Value, "f").Kind == NodeKind.Chunk).Key;
        _ = Vault.Frames.Remove(lost);
        Vault.Lost.Add(lost);
        Vault.LossEpoch++;
        _ = await RunAsync();
        Vault.Frames.ShouldContainKey(lost);
    }

    [Fact]
    public async Task Run_Cancelled_KeepsACheckpointThatTheNextRunGoesOnFrom()
    {
        for (int i = 0; i < 2000; i++) Write($"f{i:d4}", 20_000);
        Age();
        using var cancel = new CancellationTokenSource();
        var result = await RunAsync(new CallbackProgress(p => { if (p.Files > 500) cancel.Cancel(); }), cancel.Token);
        if (!result.IsCancelled) Assert.Skip("the run was faster than its first progress report");
        Vault.Checkpoint.ShouldNotBeNull();
        var second = await RunAsync();
        second.Point.ShouldNotBeNull();
        second.Statistics.FilesRead.ShouldBeLessThan(2000);
        (await ListAsync(second.Point)).Count.ShouldBe(2001);
    }

    [Fact]
    public async Task Run_SelectedPathGone_FailsAndMakesNoPoint()
    {
        Write("kept/a", 10);
        var fault = await Should.ThrowAsync<FaultException>(() => RunAsync(paths: ["kept", "gone"]));
        fault.Fault.Code.ShouldBe("source.path-missing");
        Vault.Committed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_DamagedCache_IsReadBackFromTheVault()
    {
        for (int i = 0; i < 300; i++) Write($"d{i % 7}/f{i}", 100 + i);
        Age();
        var first = await RunAsync();
        string listing = Path.Combine(Cache, "listing");
        byte[] bytes = await File.ReadAllBytesAsync(listing);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(listing, bytes);
        var second = await RunAsync();
        References(second.Point!).ShouldBe(References(first.Point!));
    }

    [Fact]
    public async Task Run_DamagedContentTable_CountsAsLost()
    {
        Write("a", 1000);
        Age();
        _ = await RunAsync();
        string contents = Path.Combine(Cache, "contents");
        byte[] bytes = await File.ReadAllBytesAsync(contents);
        // The offset of the only row.
        bytes[8 + CacheStamp.Size + 8 + 48] ^= 1;
        await File.WriteAllBytesAsync(contents, bytes);
        File.Copy(Path.Combine(Data, "a"), Path.Combine(Data, "b"));
        var second = await RunAsync();
        second.Findings.ShouldBeEmpty();
        var entries = (await EntriesAsync(second.Point!)).Where(e => e.Fields.IsRegular).ToList();
        entries.Select(e => (e.Fields.Content, e.Fields.ContentOffset)).Distinct().ShouldHaveSingleItem();
        entries.ShouldAllBe(e => e.Fields.ContentOffset == 0);
    }

    [Fact]
    public async Task Run_OwnerChangedWhileTheFileWasRead_KeepsTheOwnerOfTheLastLook()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives files away");
        Write("big", 9 << 20);
        Age();
        Time.Step = TimeSpan.FromSeconds(1);
        bool isGiven = false;
        var result = await RunAsync(
            new CallbackProgress(p =>
            {
                if (isGiven || p.Phase != BackupPhase.Transferring || p.BytesRead == 0) return;
                isGiven = true;
                Process("chown", "4321:5432", Path.Combine(Data, "big"));
                Process("chmod", "640", Path.Combine(Data, "big"));
            }),
            CancellationToken.None);
        isGiven.ShouldBeTrue();
        result.Findings.ShouldBeEmpty();
        var entry = (await EntriesAsync(result.Point!)).Single(e => e.Path == "big");
        (entry.Owner.UserId, entry.Owner.GroupId).ShouldBe((4321u, 5432u));
        (entry.Fields.Mode & 0xfff).ShouldBe(0x1a0u);
    }

    [Fact]
    public async Task Run_UnsettledFolderLinkAndNode_AreLookedAtAgainNextTime()
    {
        Write("folder/file", 10);
        File.CreateSymbolicLink(Path.Combine(Data, "link"), "folder");
        Process("mkfifo", Path.Combine(Data, "fifo"));
        var first = await RunAsync();
        (await EntriesAsync(first.Point!)).ShouldAllBe(e => e.Change.IsUnsettled);
        Age();
        var second = await RunAsync();
        second.Statistics.FilesRead.ShouldBe(1);
        (await EntriesAsync(second.Point!)).ShouldAllBe(e => !e.Change.IsUnsettled);
        (await RunAsync()).Statistics.FilesRead.ShouldBe(0);
    }

    [Fact]
    public async Task Run_FileUnderAMountedOne_IsToldEachTimeAndHasNoContent()
    {
        Write("hosts", 100);
        Write("other", 200);
        Age();
        using (new BindMount(Path.Combine(Data, "other"), Path.Combine(Data, "hosts")))
        {
            for (int run = 0; run < 2; run++)
            {
                var result = await RunAsync();
                result.Findings.ShouldHaveSingleItem().Code.ShouldBe("file.mounted-over");
                (await EntriesAsync(result.Point!)).Single(e => e.Path == "hosts").Fields.Marks
                    .ShouldBe(EntryMarks.ContentMissing);
            }
        }

        var last = await RunAsync();
        last.Findings.ShouldBeEmpty();
        (await EntriesAsync(last.Point!)).Single(e => e.Path == "hosts").Fields.HasContentHash.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_NoRoomInTheCache_SaysSoBeforeAnythingIsRead()
    {
        using var small = new SmallDisk(Cache, "8m");
        Write("a", 10);
        var fault = await Should.ThrowAsync<FaultException>(RunAsync);
        fault.Fault.Code.ShouldBe("cache.no-space");
        fault.Fault.Message.ShouldContain("MB free");
        fault.Fault.Guidance.ShouldNotBeEmpty();
        Vault.Frames.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_CacheFillsUpWhileListing_FailsInWordsAndGoesOnOnceThereIsRoom()
    {
        using var small = new SmallDisk(Cache, "24m");
        for (int i = 0; i < 1_500; i++) Write($"{new string('n', 150)}{i:d4}-{Guid.NewGuid():n}", 1);
        Age();
        Time.Step = TimeSpan.FromSeconds(1);
        var fault = await Should.ThrowAsync<FaultException>(() => RunAsync(
            new CallbackProgress(p => { if (p.Phase == BackupPhase.Transferring) small.Fill(); }),
            CancellationToken.None));
        fault.Fault.Code.ShouldBe("cache.no-space");
        Vault.Committed.ShouldBeEmpty();
        small.Empty();
        (await ListAsync((await RunAsync()).Point!)).Count.ShouldBe(1_501);
    }

    [Fact]
    public async Task Run_CacheFillsUpAfterTheCommit_KeepsThePointAndWarns()
    {
        using var small = new SmallDisk(Cache, "24m");
        Write("a", 10);
        Age();
        Vault.LosesBeforeCommit = _ =>
        {
            small.Fill();
            return [];
        };
        var result = await RunAsync();
        result.Point.ShouldNotBeNull();
        result.Findings.ShouldHaveSingleItem().Code.ShouldBe("cache.not-kept");
        small.Empty();
        (await RunAsync()).Statistics.FilesRead.ShouldBe(0);
    }
}
