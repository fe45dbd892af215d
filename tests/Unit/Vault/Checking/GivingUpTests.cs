using Coffer.Contracts.Points;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault;
using Coffer.Vault.Checking;
using Coffer.Vault.Collecting;

namespace Coffer.Unit.Vault.Checking;

/// <summary>
/// A vault that lost a pack with its index, so that nobody knows any more what was in it: two points over the same
/// trees, and one of its own.
/// </summary>
public sealed class GivingUpTests : IDisposable
{
    private static readonly CollectionRules Rules = new();
    private static readonly TimeSpan Week = TimeSpan.FromDays(8), Day = TimeSpan.FromHours(25);

    private readonly DamagedVault _vault = new();
    private readonly SealedGraph _other;
    private readonly (ObjectId Id, byte[] Frame) _sound;
    private ObjectId _first, _second;

    public GivingUpTests()
    {
        _other = new SealedGraph(_vault.Fixture.Keys);
        _sound = _other.AddPoint(9);
    }

    private VaultFixture Fixture => _vault.Fixture;

    public void Dispose()
    {
        _other.Dispose();
        _vault.Dispose();
    }

    [Theory]
    [InlineData(PackClass.Data, 18, 2)]
    [InlineData(PackClass.Metadata, 18 + 12, 3)] // only the lost pages led to the chunks
    public async Task Collect_WhatPointsNeedIsUnknown_NamesThemAndGoesOnOnceAllAreGivenUp(
        PackClass packClass, int condemned, int removedPacks)
    {
        await FillAsync();
        string pack = await LoseAsync(packClass);
        await using var vault = await Fixture.OpenAsync();
        ShouldBeStopped(vault, _first, _second);

        vault.GiveUp([_first]).Single().Point.ShouldBe(_first);
        ShouldBeStopped(vault, _second); // which needs the same
        vault.GiveUp([_second]);
        Purge(vault, _sound.Id);
        Fixture.Time.Move(Week);
        var report = Collect(vault);
        report.Stopped.ShouldBeNull();
        report.Condemned.ShouldBe(condemned);
        Fixture.Time.Move(Day);
        Collect(vault).RemovedPacks.ShouldBe(removedPacks);

        // What is left of them is as it was, and they are listed as what they are.
        await ShouldBeLeftAsync(vault, pack, packClass);
        var check = vault.Check(null, () => true);
        check.Hurt.Select(hurt => (hurt.Point, hurt.IsGivenUp)).ShouldBe([(_first, true), (_second, true)]);
        (await vault.ListPointsAsync(new PointFilter(), default)).ShouldAllBe(point => point.IsGivenUp);
    }

    [Fact]
    public async Task Collect_InSlices_PassesOverNoMoreThanInOneGo()
    {
        await FillAsync();
        await LoseAsync(PackClass.Data);
        await using var vault = await Fixture.OpenAsync();
        vault.GiveUp([_first, _second]);
        Purge(vault, _sound.Id);
        CollectionReport report;
        long condemned = 0;
        int turn = 0;
        do
        {
            int steps = 0;
            report = vault.Collect(Rules, () => ++steps <= 2).Single();
            report.Stopped.ShouldBeNull();
            condemned += report.Condemned;
            (++turn).ShouldBeLessThan(100);
        }
        while (!report.IsDone);
        turn.ShouldBeGreaterThan(1);
        condemned.ShouldBe(18);
    }

    [Fact]
    public async Task GiveUp_OfAPointThatIsSoundOrUnknown_IsRefusedAndGivesUpNone()
    {
        await FillAsync();
        await LoseAsync(PackClass.Data);
        await using var vault = await Fixture.OpenAsync();
        Should.Throw<FaultException>(() => vault.GiveUp([_first, _sound.Id])).Fault.Code.ShouldBe("point.sound");
        var unknown = new ObjectId(new byte[ObjectId.Size]);
        Should.Throw<FaultException>(() => vault.GiveUp([_first, unknown])).Fault.Code.ShouldBe("vault.point");
        (await vault.ListPointsAsync(new PointFilter(), default)).ShouldAllBe(point => !point.IsGivenUp);
        ShouldBeStopped(vault, _first, _second);
    }

    [Fact]
    public async Task GiveUp_WithItsTablesLostAfterwards_StillStands()
    {
        await FillAsync();
        await LoseAsync(PackClass.Metadata);
        await using (var vault = await Fixture.OpenAsync()) vault.GiveUp([_first, _second]);
        File.Delete(Path.Combine(Fixture.Folder, "catalog.db"));
        DeleteIndex();
        await VaultFixture.RecoverAsync(Fixture.Folder, Fixture.Options, null, null, default);
        await using var recovered = await Fixture.OpenAsync();
        Collect(recovered).Stopped.ShouldBeNull();
        var points = await recovered.ListPointsAsync(new PointFilter(), default);
        points.Where(point => point.IsGivenUp).Select(point => point.Id).ShouldBe([_first, _second]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Collect_AfterWhatWasLostCameBack_TakesThePointBackAndKeepsAllOfIt(bool byABackup)
    {
        await FillAsync();
        string pack = await LoseAsync(PackClass.Metadata);
        byte[] bytes = await File.ReadAllBytesAsync(pack + ".lost");
        await using (var vault = await Fixture.OpenAsync()) vault.GiveUp([_first, _second]);
        await using (var vault = await Fixture.OpenAsync()) Collect(vault).Stopped.ShouldBeNull();
        if (byABackup)
        {
            await _vault.HealAsync(4);
        }
        else
        {
            await File.WriteAllBytesAsync(pack, bytes);
            DeleteIndex();
            await VaultFixture.RecoverAsync(Fixture.Folder, Fixture.Options, null, null, default);
        }
        await using (var vault = await Fixture.OpenAsync())
        {
            vault.Check(null, () => true).Hurt.ShouldBeEmpty();
            Collect(vault).Stopped.ShouldBeNull();
            (await vault.ListPointsAsync(new PointFilter(), default)).ShouldAllBe(point => !point.IsGivenUp);
            Fixture.Time.Move(Week);
            Collect(vault).Condemned.ShouldBe(0);
        }
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task GiveUp_OfAPointWhoseOwnFileIsLost_LetsCollectionGoOn()
    {
        await FillAsync();
        File.Delete(Path.Combine(Fixture.Folder, "store", "points", $"{Fixture.Keys.Keyspace}", $"{_first}"));
        DeleteIndex();
        await VaultFixture.RecoverAsync(Fixture.Folder, Fixture.Options, null, null, default);
        await using var vault = await Fixture.OpenAsync();
        ShouldBeStopped(vault, _first);
        vault.GiveUp([_first]);
        Fixture.Time.Move(Week);
        var report = Collect(vault);
        report.Stopped.ShouldBeNull();
        report.Condemned.ShouldBe(0); // the second point needs the same
    }

    private async Task FillAsync()
    {
        await _vault.BackUpAsync();
        await _vault.HealAsync(2);
        await using var vault = await Fixture.OpenAsync();
        var machine = (await vault.ListServersAsync(default)).Single().Id;
        await using (var session = await vault.OpenSessionAsync(Fixture.Session(machine), default))
        {
            await _other.PutAsync(session);
            (await session.CommitAsync(_sound.Frame, VaultFixture.Facts(3), default)).Missing.ShouldBeEmpty();
        }
        var points = await vault.ListPointsAsync(new PointFilter(), default);
        (_first, _second) = (points[0].Id, points[1].Id);
        points[2].Id.ShouldBe(_sound.Id);
        Fixture.Time.Move(Week);
    }

    // With the index, which would still tell what the pack held.
    private async Task<string> LoseAsync(PackClass packClass)
    {
        string path = _vault.Fixture.Opened;
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(path, "store", "packs"), "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            var pack = PackReader.Open(
                bytes.Length, (at, target) => bytes.AsSpan((int)at, target.Length).CopyTo(target), file);
            bool isIt = pack.Head.Class == packClass
                && pack.Entries.Any(entry => _vault.Graph.Ids.Contains(entry.Id));
            if (isIt) path = file;
        }
        File.Move(path, path + ".lost");
        DeleteIndex();
        await VaultFixture.RecoverAsync(Fixture.Folder, Fixture.Options, null, null, default);
        return path;
    }

    private void DeleteIndex()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Fixture.Folder, "keyspaces"), "*.db*"))
            File.Delete(file);
    }

    private static CollectionReport Collect(EmbeddedVault vault) => vault.Collect(Rules, () => true).Single();

    private static void ShouldBeStopped(EmbeddedVault vault, params ObjectId[] by)
    {
        var report = Collect(vault);
        report.Stopped.ShouldNotBeNull();
        report.StoppedBy.ShouldBe(by);
        report.Condemned.ShouldBe(0);
    }

    private static void Purge(EmbeddedVault vault, ObjectId point)
    {
        vault.Points.Delete(point, TimeSpan.Zero);
        vault.Points.Purge(point);
    }

    private async Task ShouldBeLeftAsync(EmbeddedVault vault, string pack, PackClass lost)
    {
        await using var reader = await vault.OpenReaderAsync(Fixture.Keys.Keyspace, default);
        using var frame = new FrameBuffer();
        byte[] bytes = await File.ReadAllBytesAsync(pack + ".lost");
        var gone = PackReader.Open(
            bytes.Length, (at, target) => bytes.AsSpan((int)at, target.Length).CopyTo(target), pack)
            .Entries.Select(entry => entry.Id).ToHashSet();
        int left = 0;
        foreach (var id in _vault.Graph.Ids.Where(id => !gone.Contains(id)))
        {
            bool isThere = await reader.ReadAsync(id, 0, frame, default);
            // Nothing but the lost pages led to the chunks, so nobody can tell any more that they are needed.
            if (lost == PackClass.Data) isThere.ShouldBeTrue();
            if (isThere) left++;
        }
        if (lost == PackClass.Data) left.ShouldBe(6);
        foreach (var point in (ObjectId[])[_first, _second])
            (await reader.ReadPointAsync(point, default)).ShouldNotBeEmpty();
    }
}
