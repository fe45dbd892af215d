using System.Diagnostics;
using Coffer.Contracts.Management;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Domain.Security.Roles;
using Coffer.Sealing.Keys;
using Coffer.Storage;
using Coffer.Unit.Vault.Scrubbing;
using Coffer.Vault.Seeding;
using Coffer.Vault.Serving;

namespace Coffer.Unit.Vault.Seeding;

/// <summary>What a served vault takes of a disk that somebody brings, and what it leaves.</summary>
public sealed class SeedImportTests
{
    [Fact]
    public async Task Seed_OfARegisteredServer_IsTaken()
    {
        await using var scene = await SeedScene.MakeAsync();
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        var status = scene.Status;
        (status.Packs, status.PacksDone, status.PacksThere, status.PointsDone).ShouldBe((2, 2, 0, 1));
        status.BytesDone.ShouldBe(status.Bytes);
        scene.Vault.Engine.Opened.Catalog.Points.Find(scene.Point)!.Machine.ShouldBe(scene.Machine);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Seed_TakenAgain_ChangesNothing()
    {
        await using var scene = await SeedScene.MakeAsync();
        await scene.ImportAsync();
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        (scene.Status.PacksThere, scene.Status.PointsDone).ShouldBe((2, 1));
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Import_AskedForAgainMeanwhile_IsOne()
    {
        await using var scene = await SeedScene.MakeAsync();
        for (int i = 0; i < 20; i++) scene.Vault.ManageAtConsole().Seeds.Import(new SeedRequest(scene.Folder));
        await scene.Vault.Seeds.WaitAsync();
        scene.Status.State.ShouldBe(SeedState.Completed);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Seed_ThatGrewSince_BringsItsNewestPointAlone()
    {
        await using var scene = await SeedScene.MakeAsync();
        await scene.ExportAsync(sequence: 2);
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Import_IsInTheAuditLog_FromBeginningToEnd()
    {
        await using var scene = await SeedScene.MakeAsync();
        await scene.ImportAsync();
        var entries = scene.Vault.ManageAtConsole().Security.ListAudit(null, null).Items
            .Where(entry => entry.Operation == "seeds.import").ToList();
        entries.Select(entry => (entry.Actor, entry.Object)).Distinct().ShouldBe([("console", scene.Folder)]);
        entries.Count.ShouldBe(2);
        entries[^1].Details.ShouldContain(KeyValuePair.Create("points", "1"));
    }

    [Fact]
    public async Task Import_ByAPersonWithThePermission_IsRefusedAwayFromTheConsole()
    {
        await using var scenario = await Security.ServedScenario.MakeAsync();
        var ada = await scenario.Person("ada", Role.BackupContributor).SignInAsync();
        Security.ServedScenario.Code(() => ada.Seeds.Import(new SeedRequest("/etc"))).ShouldBe("seed.console");
        ada.Seeds.Show().Newest.ShouldBeNull();
        var ben = await scenario.Person("ben", Role.BackupReader).SignInAsync();
        Security.ServedScenario.Code(() => ben.Seeds.Import(new SeedRequest("/etc"))).ShouldBe("role.missing");
    }

    [Fact]
    public async Task Seed_ForAnotherVault_IsLeft()
    {
        await using var scene = await SeedScene.MakeAsync();
        scene.Target = VaultId.New();
        await scene.ExportAsync(sequence: 2);
        await ShouldLeaveAsync(scene, "seed.foreign");
    }

    [Fact]
    public async Task Seed_OfAServerThatIsNotRegistered_IsLeftBesideOneThatIs()
    {
        await using var scene = await SeedScene.MakeAsync();
        await using var other = await SeedScene.MakeAsync();
        other.Target = scene.Target;
        await other.ExportAsync(sequence: 2);
        File.Copy(other.Description, Path.Combine(scene.Folder, Path.GetFileName(other.Description)));
        (await scene.ImportAsync()).ShouldBe(SeedState.CompletedWithWarnings);
        scene.Codes.ShouldBe(["seed.foreign"]);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Seed_SignedByAnotherKey_IsLeft()
    {
        await using var scene = await SeedScene.MakeAsync();
        using var stranger = KeyspaceKeys.New();
        await scene.ExportAsync(sequence: 2, stranger);
        await ShouldLeaveAsync(scene, "seed.foreign");
        scene.Status.Findings[0].Message.ShouldContain("signed");
    }

    [Fact]
    public async Task Description_ChangedAfterItWasSigned_IsLeft()
    {
        await using var scene = await SeedScene.MakeAsync();
        string text = await File.ReadAllTextAsync(scene.Description, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            scene.Description, text.Replace("\"sequence\":1", "\"sequence\":9", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        await ShouldLeaveAsync(scene, "seed.foreign");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    [InlineData(-200)]
    public async Task Description_Damaged_IsLeft(int at)
    {
        await using var scene = await SeedScene.MakeAsync();
        DamagedVault.Flip(scene.Description, at);
        (await scene.ImportAsync()).ShouldBe(SeedState.Failed);
        scene.PointsInVault.ShouldBeEmpty();
        scene.Codes.Single().ShouldBeOneOf("seed.damaged", "seed.foreign");
    }

    [Fact]
    public async Task ListOfPacks_Damaged_EndsTheImport()
    {
        await using var scene = await SeedScene.MakeAsync();
        DamagedVault.Flip(Path.Combine(scene.Folder, SeedManifest.ListNameOf(scene.Fixture.Keys.Keyspace)), 3);
        await ShouldLeaveAsync(scene, "seed.damaged");
    }

    [Fact]
    public async Task Registration_Ended_SeedIsLeft()
    {
        await using var scene = await SeedScene.MakeAsync();
        scene.Vault.ManageAtConsole().Servers.Revoke(scene.Machine);
        await ShouldLeaveAsync(scene, "seed.foreign");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(700)]
    [InlineData(-1)]
    [InlineData(-40)]
    [InlineData(-100)]
    public async Task Pack_Altered_IsNamed_AndThePointComesWhenItIsWhole(int at)
    {
        await using var scene = await SeedScene.MakeAsync();
        string pack = scene.Packs[0];
        byte[] whole = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        DamagedVault.Flip(pack, at);
        // Where table or footer alone is hurt, frames and name come out right: the vault makes both itself.
        if (await scene.ImportAsync() == SeedState.Completed) at.ShouldBeLessThan(0);
        else
        {
            scene.Codes.ShouldBe(["seed.pack", "seed.point"]);
            scene.PointsInVault.ShouldBeEmpty();
            await File.WriteAllBytesAsync(pack, whole, TestContext.Current.CancellationToken);
            (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
            scene.Status.PacksThere.ShouldBe(1);
        }
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Packs_UnderEachOthersNames_AreNotTaken()
    {
        await using var scene = await SeedScene.MakeAsync();
        var packs = scene.Packs;
        File.Move(packs[0], packs[0] + ".x");
        File.Move(packs[1], packs[0]);
        File.Move(packs[0] + ".x", packs[1]);
        (await scene.ImportAsync()).ShouldBe(SeedState.Failed);
        scene.Status.Findings.Count(finding => finding.Code == "seed.pack").ShouldBe(2);
        scene.Vault.Engine.Opened.Keyspace(scene.Fixture.Keys.Keyspace).Packs.Totals().Count.ShouldBe(0);
    }

    [Fact]
    public async Task Packs_ThatAreLinksPipesOrMissing_AreNotTaken()
    {
        await using var scene = await SeedScene.MakeAsync();
        var packs = scene.Packs;
        string elsewhere = Path.Combine(scene.Fixture.Root, "elsewhere");
        File.Move(packs[0], elsewhere);
        File.CreateSymbolicLink(packs[0], elsewhere);
        File.Delete(packs[1]);
        using (var pipe = Process.Start("mkfifo", [packs[1]])) await pipe.WaitForExitAsync(default);
        await ShouldLeaveAsync(scene, "seed.pack", "seed.point");
        File.Delete(packs[1]);
        await ShouldLeaveAsync(scene, "seed.pack", "seed.point");
    }

    [Fact]
    public async Task Point_ThatMissesFrames_IsNotTaken()
    {
        await using var scene = await SeedScene.MakeAsync();
        // Signed by the right key, and with a pack too few: as of an agent that is broken.
        string listFile = Path.Combine(scene.Folder, SeedManifest.ListNameOf(scene.Fixture.Keys.Keyspace));
        byte[] list = (await File.ReadAllBytesAsync(listFile, TestContext.Current.CancellationToken))[..ObjectId.Size];
        byte[] file = await File.ReadAllBytesAsync(scene.Description, TestContext.Current.CancellationToken);
        var (manifest, _, _) = SeedManifest.Decode(file, "it");
        var shorter = manifest with { Packs = 1, PackList = SeedManifest.HashOf(list) };
        await File.WriteAllBytesAsync(listFile, list, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(
            scene.Description, shorter.Encode(message => SeedScene.Sign(scene.Fixture.Keys, message)),
            TestContext.Current.CancellationToken);
        await ShouldLeaveAsync(scene, "seed.point");
    }

    [Fact]
    public async Task Point_Altered_IsNotTaken()
    {
        await using var scene = await SeedScene.MakeAsync();
        DamagedVault.Flip(
            Directory.EnumerateFiles(Path.Combine(scene.Folder, "store", "points"), "*", SearchOption.AllDirectories)
                .Single(), -1);
        await ShouldLeaveAsync(scene, "seed.point");
    }

    [Fact]
    public async Task Catalog_OfTheSeed_IsNeverOpened()
    {
        await using var scene = await SeedScene.MakeAsync();
        foreach (string database in Directory.EnumerateFiles(scene.Folder, "*.db*", SearchOption.AllDirectories))
            await File.WriteAllTextAsync(database, "not a database", TestContext.Current.CancellationToken);
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Disk_FullInTheMiddle_EndsIt_AndTheNextGoesOn()
    {
        await using var scene = await SeedScene.MakeAsync();
        int cut = 0;
        for (int appends = 1; ; appends += 3)
        {
            appends.ShouldBeLessThan(1000);
            var plan = new FaultPlan { ErrorFromAppend = appends };
            SeedState state;
            try
            {
                await scene.RestartAsync(store => new FaultyStore(store, plan));
                state = await scene.ImportAsync();
            }
            catch (FaultException e) when (e.Fault.Code == "store.full")
            {
                continue; // not opened, or not even the audit log could be written
            }
            if (state != SeedState.Failed) break;
            scene.Codes.ShouldBe(["store.full"]);
            scene.PointsInVault.ShouldBeEmpty();
            cut++;
        }
        cut.ShouldBeGreaterThan(5);
        await scene.RestartAsync();
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Vault_ClosedMeanwhile_EndsIt_AndTheNextGoesOn()
    {
        await using var scene = await SeedScene.MakeAsync();
        scene.Vault.ManageAtConsole().Seeds.Import(new SeedRequest(scene.Folder));
        await scene.RestartAsync();
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
        await scene.ShouldBeWholeAsync();
    }

    [Fact]
    public async Task Server_ThatBacksUpNow_GoesFirst()
    {
        await using var scene = await SeedScene.MakeAsync();
        var server = scene.Vault.Engine.Opened.Catalog.Machines.Find(scene.Machine)!;
        var agent = new MachineAccess(scene.Vault, server, isGrant: false);
        var opened = await agent.OpenSessionAsync(scene.Fixture.Session(scene.Machine), default);
        await ShouldLeaveAsync(scene, "seed.source-busy");
        agent.RequireSession(opened.Opening.Session); // and was not ended by it
        await agent.CloseSessionAsync(opened.Opening.Session);
        (await scene.ImportAsync()).ShouldBe(SeedState.Completed);
    }

    [Fact]
    public async Task Server_ThatHasBackedUpSince_IsNotPutBack()
    {
        await using var scene = await SeedScene.MakeAsync();
        var server = scene.Vault.Engine.Opened.Catalog.Machines.Find(scene.Machine)!;
        await using (var session = await scene.Vault.Engine.OpenSessionAsync(
            new SessionRequest(server.Id, scene.Fixture.Source, "volume", "/data", JobId.New()), default))
        {
            var (_, frame) = scene.Graph.AddPoint(50);
            await scene.Graph.PutAsync(session);
            (await session.CommitAsync(frame, VaultFixture.Facts(5), default)).Missing.ShouldBeEmpty();
        }
        (await scene.ImportAsync()).ShouldBe(SeedState.Failed);
        scene.Codes.ShouldBe(["seed.older"]);
        scene.PointsInVault.ShouldNotContain(scene.Point);
    }

    [Theory]
    [InlineData("relative/folder", "seed.folder")]
    [InlineData("/nonexistent", "seed.none")]
    [InlineData("/dev", "seed.none")]
    public async Task Folder_ThatHoldsNone_IsToldAtOnce(string folder, string code)
    {
        await using var scene = await SeedScene.MakeAsync();
        Should.Throw<FaultException>(() => scene.Vault.ManageAtConsole().Seeds.Import(new SeedRequest(folder)))
            .Fault.Code.ShouldBe(code);
        scene.Vault.ManageAtConsole().Seeds.Show().Newest.ShouldBeNull();
    }

    private static async Task ShouldLeaveAsync(SeedScene scene, params string[] codes)
    {
        (await scene.ImportAsync()).ShouldBe(SeedState.Failed);
        scene.Codes.ShouldBe(codes);
        scene.PointsInVault.ShouldBeEmpty();
    }
}
