using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Format.Points;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;
using Coffer.Vault.Collecting;
using Coffer.Vault.Databases;
using Coffer.Vault.Recovering;
using Coffer.Vault.Scrubbing;

namespace Coffer.Unit.Vault.Recovering;

/// <summary>A vault of five points: live, held, deleted, expiring, purged; and what a recovery makes of it.</summary>
public sealed class RecoverTests : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(14);
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DamagedVault _vault = new();
    private readonly List<ObjectId> _points = [];
    private string _before = "";

    private VaultFixture Fixture => _vault.Fixture;

    private string Catalog => Path.Combine(Fixture.Opened, "catalog.db");

    private string Index => Path.Combine(Fixture.Opened, "keyspaces", $"{Fixture.Keys.Keyspace}.db");

    public void Dispose() => _vault.Dispose();

    [Fact]
    public async Task Recover_OfASoundVault_ChangesNothing()
    {
        await FillAsync();
        var report = await RecoverAsync();
        report.WasSound.ShouldBeTrue();
        report.Points.ShouldBe(4);
        report.Packs.ShouldBe(2);
        await ShouldBeAsBeforeAsync();
    }

    public static TheoryData<string> Harms =>
        ["catalog", "catalog-cut", "index", "index-cut", "both", "file", "file-and-catalog"];

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task Recover_TablesLostOrDamaged_BringsEveryPointAndItsStateBack(string harm)
    {
        await FillAsync();
        Harm(harm);
        if (harm != "file" && harm != "index" && harm != "index-cut")
            await ShouldBeRefusedAsync();
        var report = await RecoverAsync();
        report.WasSound.ShouldBeFalse();
        report.IsWhole.ShouldBeTrue();
        report.KeptAside.ShouldAllBe(path => File.Exists(path));
        await ShouldBeAsBeforeAsync();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await RecoverAsync()).WasSound.ShouldBeTrue();
        await _vault.HealAsync(6); // the next backup; what is there need not be sent
        (await _vault.CheckAsync()).Points.ShouldBe(5);
    }

    [Fact]
    public async Task Recover_CatalogLost_NeverUsesASequenceOrARecordsNumberAgain()
    {
        await FillAsync();
        var before = RecordNames();
        File.Delete(Catalog);
        await RecoverAsync();
        await using var vault = await Fixture.OpenAsync();
        var machine = (await vault.ListServersAsync(default)).Single().Id;
        await using var session = await vault.OpenSessionAsync(Fixture.Session(machine), default);
        session.Opening.HighestSequence.ShouldBe(5); // that one is purged
        vault.Points.Hold(_points[0]);
        RecordNames().Except(before).ShouldHaveSingleItem();
        RecordNames().Count.ShouldBe(before.Count + 1);
    }

    [Fact]
    public async Task Recover_CatalogLostAndAPurgedPointsFileCameBack_DoesNotBringThePointBack()
    {
        await FillAsync();
        string purged = Path.Combine(
            Fixture.Folder, "store", PointObject.StoreName(Fixture.Keys.Keyspace, _points[4]));
        File.Exists(purged).ShouldBeFalse();
        File.Copy(Path.Combine(_before, "store", PointObject.StoreName(Fixture.Keys.Keyspace, _points[4])), purged);
        File.Delete(Catalog);
        File.Delete(Index);
        await RecoverAsync();
        await ShouldBeAsBeforeAsync();
        File.Exists(purged).ShouldBeFalse();
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("index")]
    public async Task Recover_AnOlderCopyOfATableCameBack_MakesItAnew(string which)
    {
        await FillAsync();
        string name = which == "catalog" ? "catalog.db" : Path.Combine("keyspaces", $"{Fixture.Keys.Keyspace}.db");
        foreach (string end in (string[])["-wal", "-shm"]) File.Delete(Path.Combine(Fixture.Folder, name + end));
        File.Copy(Path.Combine(_before, name), Path.Combine(Fixture.Folder, name), overwrite: true);
        var report = await RecoverAsync();
        (which == "catalog" ? report.Catalog : report.Indexes.ShouldHaveSingleItem().Why).ShouldContain("older");
        await ShouldBeAsBeforeAsync();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
    }

    /// <summary>A copy of the same opening: its number does not tell it, what it would write next does.</summary>
    [Fact]
    public async Task Recover_ACatalogThatWouldGiveNumbersTwice_MakesItAnew()
    {
        await FillAsync();
        Sql(Catalog, "UPDATE record_scopes SET next = 2");
        Sql(Catalog, "UPDATE vaults SET closed_clean = 0");
        await ShouldBeRefusedAsync("vault.behind");
        (await RecoverAsync()).Catalog.ShouldContain("older");
        await ShouldBeAsBeforeAsync();
        await using (var vault = await Fixture.OpenAsync()) vault.Points.Release(_points[1]);
    }

    /// <summary>Old tables would hide the newest points, and show what was purged.</summary>
    [Theory]
    [InlineData("catalog")]
    [InlineData("index")]
    [InlineData("both")]
    public async Task ReadOnly_AnOlderCopyOfATableCameBack_ShowsThePresent(string which)
    {
        await _vault.BackUpAsync();
        string before = Fixture.CopyFolder("first");
        await FillAsync(isFilled: true);
        foreach (string path in (string[])[Catalog, Index])
        {
            if (which != "both" && path != (which == "catalog" ? Catalog : Index)) continue;
            foreach (string end in (string[])["-wal", "-shm"]) File.Delete(path + end);
            File.Copy(before + path[Fixture.Opened.Length..], path, overwrite: true);
        }
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(Fixture.Opened, Fixture.Options, default);
        (await vault.ListPointsAsync(new PointFilter(), default)).Select(point => point.Id).ShouldBe(_points[..4]);
        await using var reader = await vault.OpenReaderAsync(Fixture.Keys.Keyspace, default);
        using var frame = new FrameBuffer();
        foreach (var id in _vault.Graph.Ids) (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue();
    }

    /// <summary>A collection right after a recovery takes nothing that a point needs.</summary>
    [Theory]
    [InlineData("index")]
    [InlineData("both")]
    public async Task Recover_ThenCollect_KeepsAllThatPointsNeed(string harm)
    {
        await FillAsync();
        Harm(harm);
        await RecoverAsync();
        Fixture.Time.Move(TimeSpan.FromDays(9));
        await using (var vault = await Fixture.OpenAsync())
        {
            vault.Collect(new CollectionRules(), () => true).Single().Stopped.ShouldBeNull();
            Fixture.Time.Move(TimeSpan.FromDays(2));
            vault.Collect(new CollectionRules(), () => true).Single().Stopped.ShouldBeNull();
        }
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
    }

    [Fact]
    public async Task Collect_TheIndexForgotAPoint_DeletesNothing()
    {
        await FillAsync();
        Sql(Index, "DELETE FROM roots");
        Fixture.Time.Move(TimeSpan.FromDays(9));
        await using (var vault = await Fixture.OpenAsync())
        {
            var report = vault.Collect(new CollectionRules(), () => true).Single();
            report.Condemned.ShouldBe(0);
            report.Stopped.ShouldNotBeNull().ShouldContain("does not keep");
        }
        await RecoverAsync();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(PackClass.Data, -20)]
    [InlineData(PackClass.Metadata, -20)]
    [InlineData(PackClass.Data, 3)]
    public async Task Recover_IndexLostAndAPackDamagedOutsideItsFrames_LosesNothing(PackClass packClass, int offset)
    {
        await FillAsync();
        _vault.Pack(packClass, out string path);
        DamagedVault.Flip(path, offset);
        File.Delete(Index);
        var report = await RecoverAsync();
        report.Findings.ShouldHaveSingleItem().LostTotal.ShouldBe(0);
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        await ShouldBeAsBeforeAsync();
    }

    [Fact]
    public async Task Recover_OfASetAsidePacksVault_StillTriesItsCopies()
    {
        await FillAsync();
        var pack = _vault.Pack(PackClass.Data, out string path);
        using (var file = File.OpenWrite(path)) file.SetLength(pack.Entries[^1].Offset);
        await _vault.ScrubAsync();
        File.Delete(Index);
        await RecoverAsync();
        (await _vault.CheckAsync()).AbsentIds.ShouldBePositive();
        await _vault.HealAsync(6);
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
    }

    /// <summary>What a death in the middle leaves: the old one gone, the new one not yet in place.</summary>
    [Theory]
    [InlineData("catalog.db")]
    [InlineData("index")]
    public async Task Recover_AfterOneThatDiedBetweenItsRenames_BringsAllBack(string which)
    {
        await FillAsync();
        string path = which == "index" ? Index : Catalog;
        File.Move(path, path + ".damaged-20260501-120000");
        await File.WriteAllTextAsync(path + ".new", "half a database", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path + "-wal", "the log of the old one", TestContext.Current.CancellationToken);
        var report = await RecoverAsync();
        report.IsWhole.ShouldBeTrue();
        await ShouldBeAsBeforeAsync();
        (await _vault.CheckAsync()).Hurt.ShouldBeEmpty();
        File.Exists(path + ".damaged-20260501-120000").ShouldBeTrue();
    }

    [Fact]
    public async Task Recover_DyingAtEachDurableStep_IsDoneByTheNext()
    {
        await FillAsync();
        File.Delete(Catalog);
        File.Delete(Index);
        var entry = _vault.Pack(PackClass.Data, out string path).Entries[4];
        DamagedVault.Flip(path, entry.Offset + 100);
        string harmed = Fixture.CopyOf(Fixture.Folder, "harmed");
        for (int step = 1; ; step++)
        {
            Fixture.Opened = Fixture.CopyOf(harmed, "work");
            CrashingStore? crashing = null;
            Fixture.WrapStore = store => crashing = new CrashingStore(store, step, after: step % 2 == 0);
            await Should.NotThrowAsync(async () =>
            {
                try
                {
                    await RecoverAsync();
                }
                catch (CrashException)
                {
                    // The next one finds what it left.
                }
            });
            Fixture.WrapStore = null;
            await RecoverAsync();
            await ShouldBeAsBeforeAsync();
            await _vault.ScrubAsync();
            (await _vault.UnreadableAsync()).ShouldBe([entry.Id], $"step {step}");
            (await _vault.CheckAsync()).AbsentIds.ShouldBe(1, $"step {step}");
            if (crashing!.HasCrashed) continue;
            step.ShouldBeGreaterThan(2);
            return;
        }
    }

    /// <summary>Nothing but the record says what it says: a wrong bit for once must not cost it.</summary>
    [Theory]
    [InlineData("records/")]
    [InlineData("points/")]
    public async Task Recover_AnObjectReadWronglyOnce_LosesNothing(string folder)
    {
        await FillAsync();
        File.Delete(Catalog);
        File.Delete(Index);
        string harmed = Fixture.CopyOf(Fixture.Folder, "harmed");
        for (int number = 1; ; number += 3)
        {
            Fixture.Opened = Fixture.CopyOf(harmed, "work");
            WrongOnceStore? wrong = null;
            Fixture.WrapStore = store => wrong = new WrongOnceStore(store, folder, number);
            (await RecoverAsync()).DamagedRecords.ShouldBeEmpty();
            Fixture.WrapStore = null;
            await ShouldBeAsBeforeAsync();
            (await _vault.CheckAsync()).Hurt.ShouldBeEmpty($"read {number}");
            if (wrong!.WasWrong) continue;
            number.ShouldBeGreaterThan(3);
            return;
        }
    }

    [Fact]
    public async Task Close_AWriterThatLostItsLockCloses_DoesNotCallTheNextOnesWorkClosed()
    {
        await _vault.BackUpAsync();
        var older = await Fixture.OpenAsync();
        File.Delete(Path.Combine(Fixture.Folder, "lock"));
        await using var vault = await Fixture.OpenAsync();
        await older.DisposeAsync();
        Closed().ShouldBe(0);

        long Closed()
        {
            using var catalog = new Coffer.Vault.Sqlite.SqliteConnection();
            catalog.ConnectionString = $"Data Source={Catalog}";
            catalog.Open();
            return (long)catalog.CreateCommand("SELECT closed_clean FROM vaults").ExecuteScalar()!;
        }
    }

    [Fact]
    public async Task Recover_OfAnotherFolder_IsRefused()
    {
        string empty = Directory.CreateDirectory(Path.Combine(Fixture.Root, "empty")).FullName;
        (await Should.ThrowAsync<FaultException>(() => RecoverAsync(empty))).Fault.Code.ShouldBe("vault.missing");
        await File.WriteAllTextAsync(Path.Combine(empty, "mine"), "x", TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<FaultException>(() => RecoverAsync(empty))).Fault.Code.ShouldBe("vault.not-a-vault");
    }

    private async Task ShouldBeRefusedAsync(string code = "vault.damaged")
    {
        var e = await Should.ThrowAsync<FaultException>(async () => await Fixture.OpenAsync());
        e.Fault.Code.ShouldBe(code);
    }

    private async Task FillAsync(bool isFilled = false)
    {
        if (!isFilled) await _vault.BackUpAsync();
        for (long sequence = 2; sequence <= 5; sequence++) await _vault.HealAsync(sequence);
        await using (var vault = await Fixture.OpenAsync())
        {
            _points.AddRange((await vault.ListPointsAsync(new PointFilter(), default)).Select(point => point.Id));
            _before = Fixture.CopyFolder("before");
            vault.Points.Hold(_points[1]);
            vault.Points.Extend(_points[1], Fixture.Time.GetUtcNow() + (2 * Kept));
            vault.Points.Delete(_points[2], Kept);
            vault.Points.ExpireAt(_points[3], Fixture.Time.GetUtcNow() + Kept);
            vault.Points.Delete(_points[4], TimeSpan.Zero);
            vault.Points.Purge(_points[4]);
        }
        PointTags.Set(Fixture.Folder, Fixture.Keys.Keyspace, _points[0], "before the update", "kept");
        await using (await Fixture.OpenAsync())
        {
            // Once more, so that an older copy can be told by its number.
        }
    }

    private async Task ShouldBeAsBeforeAsync()
    {
        await using var vault = await Fixture.OpenAsync();
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        points.Select(point => point.Id).ShouldBe(_points[..4]);
        points.Select(point => point.Sequence).ShouldBe([1, 2, 3, 4]);
        points.Select(point => string.Join(',', point.Tags)).ShouldBe(["before the update,kept", "", "", ""]);
        Time("expires", _points[3]).ShouldBe(Start + Kept);
        Time("purge_after", _points[2]).ShouldBe(Start + Kept);
        foreach (var point in _points[..3]) Time("expires", point).ShouldBeNull();
        points.Select(point => point.IsHeld).ShouldBe([false, true, false, false]);
        points.Select(point => point.ExtendedUntil).ShouldBe([null, Start + (2 * Kept), null, null]);
        points.Select(point => point.State).ShouldBe(
            [PointState.Live, PointState.Live, PointState.SoftDeleted, PointState.Live]);
        points.ShouldAllBe(point => point.ReceivedAt == Start);
        await using var reader = await vault.OpenReaderAsync(Fixture.Keys.Keyspace, default);
        foreach (var point in points) (await reader.ReadPointAsync(point.Id, default)).ShouldNotBeEmpty();
        Should.Throw<FaultException>(() => vault.Points.Purge(_points[2])).Fault.Code.ShouldBe("point.not-due");
        Should.Throw<FaultException>(() => vault.Points.Delete(_points[1], Kept)).Fault.Code.ShouldBe("point.held");
    }

    private DateTimeOffset? Time(string column, ObjectId point)
    {
        using var connection = new Coffer.Vault.Sqlite.SqliteConnection { ConnectionString = $"Data Source={Catalog}" };
        connection.Open();
        using var command = connection.CreateCommand($"SELECT {column} FROM points WHERE id = ?1");
        command.Bind(1, point);
        return command.First(row => row.MaybeTime(0));
    }

    private void Harm(string harm)
    {
        if (harm is "catalog" or "both" or "file-and-catalog") File.Delete(Catalog);
        if (harm is "catalog-cut") Cut(Catalog);
        if (harm is "index" or "both") File.Delete(Index);
        if (harm is "index-cut") Cut(Index);
        if (harm is "file" or "file-and-catalog") File.Delete(Path.Combine(Fixture.Opened, "vault.json"));
    }

    private static void Cut(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(5000);
    }

    private static void Sql(string path, string statement)
    {
        using var connection = new Coffer.Vault.Sqlite.SqliteConnection { ConnectionString = $"Data Source={path}" };
        connection.Open();
        connection.Execute(statement);
    }

    private HashSet<string> RecordNames() =>
        [.. Directory.EnumerateFiles(
            Path.Combine(Fixture.Folder, "store", "records"), "*", SearchOption.AllDirectories)];

    private Task<RecoverReport> RecoverAsync(string? folder = null) =>
        VaultFixture.RecoverAsync(folder ?? Fixture.Opened, Fixture.Options, null, null, default);
}
