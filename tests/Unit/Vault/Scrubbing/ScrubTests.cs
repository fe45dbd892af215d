using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;
using Coffer.Vault.Collecting;
using Coffer.Vault.Scrubbing;

namespace Coffer.Unit.Vault.Scrubbing;

public sealed class ScrubTests : IDisposable
{
    private readonly DamagedVault _vault = new();

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task Scrub_OfAWholeVault_ReadsAllAndFindsNothing()
    {
        await _vault.BackUpAsync();
        _vault.Fixture.Time.Move(TimeSpan.FromDays(2));
        var report = await _vault.ScrubAsync();
        report.IsDone.ShouldBeTrue();
        report.Packs.ShouldBe(2);
        report.Findings.ShouldBeEmpty();
        report.OldestCheck.ShouldBe(_vault.Fixture.Time.GetUtcNow());
        var check = await _vault.CheckAsync();
        check.Points.ShouldBe(1);
        check.AbsentIds.ShouldBe(0);
        check.Hurt.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PackClass.Data, 0)]
    [InlineData(PackClass.Data, 5)]
    [InlineData(PackClass.Data, 11)]
    [InlineData(PackClass.Metadata, 0)]
    [InlineData(PackClass.Metadata, 4)]
    public async Task Scrub_OneBitOfAFrameFlipped_NamesThatOneKeepsItsNeighboursAndTheNextBackupHealsIt(
        PackClass packClass, int frame)
    {
        await _vault.BackUpAsync();
        var entry = _vault.Pack(packClass, out string path).Entries[frame];
        DamagedVault.Flip(path, entry.Offset + entry.Length - 3);

        var finding = (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem();
        finding.Fate.ShouldBe(PackFate.Quarantined);
        finding.Lost.ShouldBe([entry.Id]);
        finding.Rescued.ShouldBe(finding.Frames - 1);
        (await _vault.UnreadableAsync()).ShouldBe([entry.Id]);
        var check = await _vault.CheckAsync();
        check.AbsentIds.ShouldBe(1);
        var hurt = check.Hurt.ShouldHaveSingleItem();
        hurt.Point.ShouldBe(_vault.Point.Id);
        hurt.Absent.ShouldBe([entry.Id]);
        File.Exists(path).ShouldBeTrue();

        await _vault.HealAsync(2);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PackClass.Data, 2)]
    [InlineData(PackClass.Data, 8)]
    [InlineData(PackClass.Data, 9)]
    [InlineData(PackClass.Data, 15)]
    [InlineData(PackClass.Data, 30)]
    [InlineData(PackClass.Metadata, 10)]
    [InlineData(PackClass.Metadata, 100)]
    public async Task Scrub_OneBitOfTheHeadFlipped_CopiesAllFramesAndLosesNothing(PackClass packClass, int offset)
    {
        await _vault.BackUpAsync();
        int frames = _vault.Pack(packClass, out string path).Entries.Count;
        DamagedVault.Flip(path, offset);
        var finding = (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem();
        finding.Fate.ShouldBe(PackFate.Quarantined);
        finding.Rescued.ShouldBe(frames);
        finding.Lost.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
    }

    /// <summary>The frames prove by their common name that they are whole.</summary>
    [Theory]
    [InlineData(PackClass.Data, -100)]
    [InlineData(PackClass.Data, -10)]
    [InlineData(PackClass.Data, -50)]
    [InlineData(PackClass.Metadata, -80)]
    public async Task Scrub_OneBitBehindTheFramesFlipped_MakesTheFileWhatItWas(PackClass packClass, int offset)
    {
        await _vault.BackUpAsync();
        _vault.Pack(packClass, out string path);
        byte[] before = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        DamagedVault.Flip(path, offset);
        (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem().Fate.ShouldBe(PackFate.Repaired);
        (await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)).ShouldBe(before);
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
        Directory.Exists(Path.Combine(_vault.Fixture.Folder, "store", "mended")).ShouldBeTrue();
        Directory.EnumerateFiles(
            Path.Combine(_vault.Fixture.Folder, "store", "mended"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PackClass.Data)]
    [InlineData(PackClass.Metadata)]
    public async Task Scrub_APackIsMissing_NamesAllOfItAndTheNextBackupHealsIt(PackClass packClass)
    {
        await _vault.BackUpAsync();
        var ids = _vault.Pack(packClass, out string path).Entries.Select(entry => entry.Id).ToList();
        File.Delete(path);
        var finding = (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem();
        finding.Fate.ShouldBe(PackFate.Quarantined);
        finding.Lost.ShouldBe(ids, ignoreOrder: true);
        (await _vault.CheckAsync()).Hurt.ShouldHaveSingleItem();
        await _vault.HealAsync(2);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Scrub_APackIsCutShort_CountsAllOfItAsAbsentAndWhatStandsIsStillRead()
    {
        await _vault.BackUpAsync();
        var pack = _vault.Pack(PackClass.Data, out string path);
        var last = pack.Entries[^1];
        using (var file = File.OpenWrite(path)) file.SetLength(last.Offset + 10);
        var finding = (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem();
        finding.Fate.ShouldBe(PackFate.Quarantined);
        finding.LostTotal.ShouldBe(pack.Entries.Count); // nothing proves the bodies any more
        (await _vault.UnreadableAsync()).ShouldBe([last.Id]); // but those who have the key can see
        await _vault.HealAsync(2);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scrub_ThatIsToldToStop_GoesOnWithTheOthers()
    {
        await _vault.BackUpAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        int asked = 0;
        var first = vault.Scrub(null, null, () => asked++ < 1);
        first.IsDone.ShouldBeFalse();
        first.Packs.ShouldBe(1);
        var second = vault.Scrub(null, null, () => true);
        second.IsDone.ShouldBeTrue();
        second.Packs.ShouldBe(1);
        vault.Scrub(null, null, () => true).Packs.ShouldBe(2); // the next pass
    }

    [Fact]
    public async Task Scrub_BesideAWriter_FindsAndChangesNothingAndNamesWhatAWriterMends()
    {
        await _vault.BackUpAsync();
        var entry = _vault.Pack(PackClass.Data, out string path).Entries[3];
        DamagedVault.Flip(path, entry.Offset + 100);
        await using (await _vault.Fixture.OpenAsync())
        {
            var found = (await _vault.ScrubAsync(VaultAccess.Shared)).Findings.ShouldHaveSingleItem();
            found.Fate.ShouldBe(PackFate.Found);
            found.LostTotal.ShouldBe(1);
            (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        }
        await using var vault = await _vault.Fixture.OpenAsync();
        var pack = _vault.Pack(PackClass.Data, out _);
        var report = vault.Scrub([new ObjectId(Convert.FromHexString(Path.GetFileName(path)))], null, () => true);
        report.Packs.ShouldBe(1);
        report.Findings.ShouldHaveSingleItem().Lost.ShouldBe([entry.Id]);
        pack.Entries.Count.ShouldBe(12);
    }

    [Fact]
    public async Task Scrub_TheDiskDoesNotGiveAPack_CostsThatOneAlone()
    {
        await _vault.BackUpAsync();
        var ids = _vault.Pack(PackClass.Data, out string path).Entries.Select(entry => entry.Id).ToList();
        string bad = Path.GetFileName(path);
        _vault.Fixture.WrapStore = store =>
            new BadBlockStore(store, name => name.Value.EndsWith(bad, StringComparison.Ordinal));
        var report = await _vault.ScrubAsync();
        report.Packs.ShouldBe(2);
        report.Findings.ShouldHaveSingleItem().Lost.ShouldBe(ids, ignoreOrder: true);
        await _vault.HealAsync(2);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Scrub_APackThatWasSetAsideIsWholeAgain_CountsItAgain()
    {
        await _vault.BackUpAsync();
        _vault.Pack(PackClass.Data, out string path);
        string bad = Path.GetFileName(path);
        _vault.Fixture.WrapStore = store =>
            new BadBlockStore(store, name => name.Value.EndsWith(bad, StringComparison.Ordinal));
        (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem().Fate.ShouldBe(PackFate.Quarantined);
        (await _vault.CheckAsync()).AbsentIds.ShouldBe(12);
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
        _vault.Fixture.WrapStore = null;
        (await _vault.ScrubAsync()).Findings.ShouldHaveSingleItem().Fate.ShouldBe(PackFate.Reinstated);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scrub_BesideAKeyspaceThatCannotBeUsed_TellsWhatItFoundInTheOthers()
    {
        await _vault.BackUpAsync();
        var other = await _vault.AddUnusableKeyspaceAsync();
        var entry = _vault.Pack(PackClass.Data, out string path).Entries[3];
        DamagedVault.Flip(path, entry.Offset + 100);
        var report = await _vault.ScrubAsync();
        report.Problem.ShouldNotBeNull().Message.ShouldContain($"{other}");
        report.IsDone.ShouldBeFalse();
        report.Findings.ShouldHaveSingleItem().Fate.ShouldBe(PackFate.Quarantined);
    }

    /// <summary>A damaged pack is kept until nothing names what is in doubt in it, and then goes.</summary>
    [Fact]
    public async Task Collect_OfAPackThatWasSetAside_RemovesItOnceNoPointNamesWhatIsInDoubt()
    {
        await _vault.BackUpAsync();
        var entry = _vault.Pack(PackClass.Data, out string path).Entries[3];
        DamagedVault.Flip(path, entry.Offset + 100);
        await _vault.ScrubAsync();
        await using var vault = await _vault.Fixture.OpenAsync();
        CollectTwice(vault);
        File.Exists(path).ShouldBeTrue();
        vault.Points.Delete(_vault.Point.Id, TimeSpan.Zero);
        vault.Points.Purge(_vault.Point.Id);
        CollectTwice(vault);
        File.Exists(path).ShouldBeFalse();
    }

    private void CollectTwice(EmbeddedVault vault)
    {
        _vault.Fixture.Time.Move(TimeSpan.FromDays(9));
        vault.Collect(new CollectionRules(), () => true).Single().Stopped.ShouldBeNull();
        _vault.Fixture.Time.Move(TimeSpan.FromHours(25));
        vault.Collect(new CollectionRules(), () => true).Single().Stopped.ShouldBeNull();
    }

    /// <summary>The process dies at each durable step of a mending; the next scrub comes to the same end.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scrub_DyingAtEachDurableStep_IsFinishedByTheNext(bool outsideTheFrames)
    {
        await _vault.BackUpAsync();
        var entry = _vault.Pack(PackClass.Data, out string path).Entries[4];
        DamagedVault.Flip(path, outsideTheFrames ? -20 : entry.Offset + 100);
        string before = _vault.Fixture.CopyFolder("before");
        for (int step = 1; ; step++)
        {
            bool hasCrashed = false;
            foreach (bool after in (bool[])[false, true])
                hasCrashed |= await DieAndGoOnAsync(before, step, after, outsideTheFrames ? [] : [entry.Id]);
            if (hasCrashed) continue;
            step.ShouldBeGreaterThan(outsideTheFrames ? 6 : 5); // the opening's two, and those of the mending
            return;
        }
    }

    private async Task<bool> DieAndGoOnAsync(string before, int step, bool after, ObjectId[] lost)
    {
        _vault.Fixture.Opened = _vault.Fixture.CopyOf(before, "work");
        CrashingStore? crashing = null;
        _vault.Fixture.WrapStore = store => crashing = new CrashingStore(store, step, after);
        try
        {
            await _vault.ScrubAsync();
        }
        catch (CrashException)
        {
            // The next one finds what it left.
        }
        _vault.Fixture.WrapStore = null;
        string label = $"step {step}, {(after ? "after" : "before")}";
        await _vault.ScrubAsync();
        (await _vault.UnreadableAsync()).ShouldBe(lost.ToList(), label);
        (await _vault.CheckAsync()).AbsentIds.ShouldBe(lost.Length, label);
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty(label);
        if (lost.Length == 0) return crashing!.HasCrashed;
        await _vault.HealAsync(2);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty(label);
        return crashing!.HasCrashed;
    }
}
