using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;

namespace Coffer.Unit.Vault;

public sealed class VaultOpeningTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _graph;

    public VaultOpeningTests() => _graph = new SealedGraph(_fixture.Keys);

    public void Dispose()
    {
        _graph.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Look_AtEachSort_TellsIt()
    {
        string root = _fixture.Root;
        Directory.CreateDirectory($"{root}/empty/lost+found");
        Directory.CreateDirectory($"{root}/other/store-of-mine");
        File.WriteAllText($"{root}/file", "");
        EmbeddedVault.Look($"{root}/none").ShouldBe(VaultFolderKind.Absent);
        EmbeddedVault.Look($"{root}/empty").ShouldBe(VaultFolderKind.Empty);
        EmbeddedVault.Look($"{root}/other").ShouldBe(VaultFolderKind.Other);
        EmbeddedVault.Look($"{root}/file").ShouldBe(VaultFolderKind.Other);
        EmbeddedVault.Look(_fixture.Folder).ShouldBe(VaultFolderKind.Vault);
    }

    [Fact]
    public async Task Create_BrokenOffBeforeTheEnd_IsMadeAgain()
    {
        File.Delete($"{_fixture.Folder}/vault.json");
        EmbeddedVault.Look(_fixture.Folder).ShouldBe(VaultFolderKind.Empty);
        EmbeddedVault.Create(_fixture.Folder, "again", _fixture.Time);
        await using var vault = await _fixture.OpenAsync();
        vault.Description.Name.ShouldBe("again");
    }

    [Fact]
    public void Create_WhereSomethingIs_IsRefused()
    {
        Code(() => EmbeddedVault.Create(_fixture.Folder, "x", _fixture.Time)).ShouldBe("vault.exists");
        File.WriteAllText($"{_fixture.Root}/mine", "");
        Code(() => EmbeddedVault.Create(_fixture.Root, "x", _fixture.Time)).ShouldBe("vault.not-empty");
    }

    [Fact]
    public void Create_Vault_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows()) return;
        foreach (string entry in Directory.EnumerateFileSystemEntries(
            _fixture.Folder, "*", SearchOption.AllDirectories).Append(_fixture.Folder))
        {
            var others = File.GetUnixFileMode(entry) & (UnixFileMode)0b000_111_111;
            others.ShouldBe(UnixFileMode.None, entry);
        }
    }

    [Fact]
    public async Task Open_SecondWriter_WaitsAndNamesTheHolder()
    {
        await using var first = await _fixture.OpenAsync();
        var start = _fixture.Time.GetUtcNow();
        var options = _fixture.Options with { WaitLimit = TimeSpan.FromSeconds(10), Purpose = "another" };
        var fault = (await Should.ThrowAsync<FaultException>(
            () => EmbeddedVault.OpenAsync(_fixture.Folder, options, default))).Fault;
        fault.Code.ShouldBe("vault.busy");
        fault.Message.ShouldContain($"coffer test (process {Environment.ProcessId} on ");
        fault.Message.ShouldContain("10 s");
        (_fixture.Time.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Open_SharedBesideAWriter_ReadsAndMayNotWrite()
    {
        await using var writer = await _fixture.OpenAsync();
        await writer.RegisterAsync(_fixture.Registration(), default);
        await using var reader = await _fixture.OpenAsync(VaultAccess.Shared);
        (await reader.ListServersAsync(default)).Count.ShouldBe(1);
        (await Should.ThrowAsync<FaultException>(() => reader.RegisterAsync(_fixture.Registration(), default)))
            .Fault.Code.ShouldBe("vault.shared");
        await using var frames = await reader.OpenReaderAsync(_fixture.Keys.Keyspace, default);
    }

    [Fact]
    public async Task Open_FolderGoneOrNoVault_SaysWhich()
    {
        (await OpenCodeAsync($"{_fixture.Root}/none")).ShouldBe("vault.missing");
        (await OpenCodeAsync(_fixture.Root)).ShouldBe("vault.not-a-vault");
    }

    [Theory]
    [InlineData("catalog.db", "vault.damaged")]
    [InlineData("vault.json", "vault.damaged")]
    public async Task Open_DamagedFile_IsNamed(string file, string code)
    {
        File.WriteAllText($"{_fixture.Folder}/{file}", new string('x', 5000));
        var fault = (await Should.ThrowAsync<FaultException>(() => _fixture.OpenAsync())).Fault;
        fault.Code.ShouldBe(code);
        fault.Message.ShouldContain(file);
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefused()
    {
        using (var db = new Coffer.Vault.Sqlite.SqliteConnection($"Data Source={_fixture.Folder}/catalog.db"))
        {
            db.Open();
            db.Execute("PRAGMA user_version = 99");
        }
        (await OpenCodeAsync(_fixture.Folder)).ShouldBe("vault.newer");
    }

    [Fact]
    public async Task Open_CatalogRestoredFromACopy_IsRefusedForWritingAndStillRead()
    {
        await _fixture.RegisterAsync();
        string copy = _fixture.CopyFolder("copy");
        await using (await _fixture.OpenAsync()) { }
        File.Copy($"{copy}/catalog.db", $"{_fixture.Folder}/catalog.db", overwrite: true);
        (await OpenCodeAsync(_fixture.Folder)).ShouldBe("vault.behind");
        await using var vault = await _fixture.OpenAsync(VaultAccess.Shared);
        (await vault.ListServersAsync(default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Session_KeyspaceFileRestoredFromACopy_IsRefusedAndStillRead()
    {
        var machine = await _fixture.RegisterAsync();
        await BackUpAsync(machine);
        string copy = _fixture.CopyFolder("copy");
        await using (var vault = await _fixture.OpenAsync())
            await (await vault.OpenSessionAsync(_fixture.Session(machine), default)).DisposeAsync();
        string file = $"keyspaces/{_fixture.Keys.Keyspace}.db";
        File.Copy($"{copy}/{file}", $"{_fixture.Folder}/{file}", overwrite: true);
        await using (var vault = await _fixture.OpenAsync())
        {
            (await Should.ThrowAsync<FaultException>(
                () => vault.OpenSessionAsync(_fixture.Session(machine), default))).Fault.Code.ShouldBe("vault.behind");
        }
        await using var shared = await _fixture.OpenAsync(VaultAccess.Shared);
        await ShouldReadAllAsync(shared);
    }

    [Theory]
    [InlineData("")]
    [InlineData("catalog.db")]
    [InlineData("keyspaces")]
    [InlineData("catalog.db keyspaces")]
    public async Task OpenReadOnly_WholeOrWithoutDatabases_ReadsAllAndWritesNothing(string lost)
    {
        var machine = await _fixture.RegisterAsync();
        var id = await BackUpAsync(machine);
        foreach (string name in lost.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (File.Exists($"{_fixture.Folder}/{name}")) File.Delete($"{_fixture.Folder}/{name}");
            else Directory.Delete($"{_fixture.Folder}/{name}", recursive: true);
        }
        string[] before = Listing();
        await using (var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default))
        {
            vault.Description.IsReadOnly.ShouldBeTrue();
            var point = (await vault.ListPointsAsync(new PointFilter(), default)).ShouldHaveSingleItem();
            point.Id.ShouldBe(id);
            point.Statistics.Files.ShouldBe(1);
            (await vault.ReadEnvelopesAsync(_fixture.Keys.Keyspace, default)).Count.ShouldBe(1);
            await ShouldReadAllAsync(vault);
            (await Should.ThrowAsync<FaultException>(
                () => vault.OpenSessionAsync(_fixture.Session(machine), default)))
                .Fault.Code.ShouldBe("vault.read-only");
        }
        Listing().ShouldBe(before);
    }

    [Theory]
    [InlineData("packs/")]
    [InlineData("-receipt")]
    [InlineData("-keyspace")]
    [InlineData("-envelope")]
    [InlineData("-machine")]
    [InlineData("-point")]
    public async Task OpenReadOnly_UnreadableBlocksBelowLostDatabases_CostWhatLiesOnThemAndAreTold(string bad)
    {
        await BackUpAsync(await _fixture.RegisterAsync());
        File.Delete($"{_fixture.Folder}/catalog.db");
        Directory.Delete($"{_fixture.Folder}/keyspaces", recursive: true);
        _fixture.WrapStore = store => new BadBlockStore(
            store, name => name.Value.Contains(bad, StringComparison.Ordinal));
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        (await vault.ReadEnvelopesAsync(_fixture.Keys.Keyspace, default)).Count.ShouldBe(1);
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        vault.Damage.ShouldNotBeNull().Code.ShouldBe("store.failing");
        (await vault.ListPointsAsync(new PointFilter(), default)).Count.ShouldBe(bad == "-point" ? 0 : 1);
    }

    [Theory]
    [InlineData("points/")]
    [InlineData("-point")]
    [InlineData("packs/")]
    public async Task Open_UnreadableBlocksAfterAWriterDied_OpensAndSettlesOnceTheyAreRead(string bad)
    {
        var id = await BackUpAsync(await _fixture.RegisterAsync());
        using (var db = new Coffer.Vault.Sqlite.SqliteConnection($"Data Source={_fixture.Folder}/catalog.db"))
        {
            db.Open();
            db.Execute(
                "DELETE FROM points; UPDATE sources SET highest_sequence = 0; UPDATE vaults SET closed_clean = 0");
        }
        using (var db = new Coffer.Vault.Sqlite.SqliteConnection(
            $"Data Source={_fixture.Folder}/keyspaces/{_fixture.Keys.Keyspace}.db"))
        {
            db.Open();
            db.Execute("DELETE FROM packs; DELETE FROM frames; DELETE FROM page_references");
        }
        _fixture.WrapStore = store => new BadBlockStore(
            store, name => name.Value.Contains(bad, StringComparison.Ordinal));
        await using (var vault = await _fixture.OpenAsync())
            (await vault.ListPointsAsync(new PointFilter(), default)).ShouldBeEmpty();
        _fixture.WrapStore = null;
        await using (var vault = await _fixture.OpenAsync())
            (await vault.ListPointsAsync(new PointFilter(), default)).ShouldHaveSingleItem().Id.ShouldBe(id);
    }

    [Fact]
    public async Task Status_ClockThatWentBack_IsInDoubtForADay()
    {
        await using (await _fixture.OpenAsync()) { }
        _fixture.Time.Move(-TimeSpan.FromHours(3));
        await using (var vault = await _fixture.OpenAsync())
            (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeTrue();
        _fixture.Time.Move(TimeSpan.FromHours(23));
        await using (var vault = await _fixture.OpenAsync())
            (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeTrue();
        _fixture.Time.Move(TimeSpan.FromHours(2));
        await using (var vault = await _fixture.OpenAsync())
            (await vault.ReadStatusAsync(default)).IsTimeInDoubt.ShouldBeFalse();
    }

    [Fact]
    public async Task Session_VaultPulledOut_SaysThatTheDiskIsGone()
    {
        var machine = await _fixture.RegisterAsync();
        _graph.AddPoint(1);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        Directory.Move($"{_fixture.Folder}/store", $"{_fixture.Root}/elsewhere");
        (await Should.ThrowAsync<FaultException>(() => _graph.PutAsync(session))).Fault.Code.ShouldBe("store.lost");
    }

    [Fact]
    public async Task OpenReader_DiskOfTheVaultFull_ReadsAllTheSame()
    {
        var machine = await _fixture.RegisterAsync();
        var id = await BackUpAsync(machine);
        string small = Directory.CreateDirectory($"{_fixture.Root}/small").FullName;
        if (!Environment.IsPrivilegedProcess || !Run("mount", "-t", "tmpfs", "-o", "size=8m", "none", small))
            Assert.Skip("needs the right to mount");
        try
        {
            Run("cp", "-a", $"{_fixture.Folder}/.", small).ShouldBeTrue();
            _fixture.Opened = small;
            await using (var vault = await _fixture.OpenAsync(VaultAccess.Shared))
            {
                await ShouldReadAllAsync(vault);
                Run("sh", "-c", $"cat /dev/zero > {small}/filler").ShouldBeFalse();
                await ShouldReadAllAsync(vault);
                await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
                (await reader.ReadPointAsync(id, default)).ShouldNotBeEmpty();
                await reader.ReportDamageAsync(_graph.Ids.First(), 0, "test", default);
            }
            Run("sh", "-c", $"cat /dev/zero > {small}/filler-2").ShouldBeFalse(); // closing gave some back
            (await Should.ThrowAsync<FaultException>(() => _fixture.OpenAsync(VaultAccess.Shared)))
                .Fault.Code.ShouldBe("store.full");
            await using var copied = await EmbeddedVault.OpenReadOnlyAsync(small, _fixture.Options, default);
            await ShouldReadAllAsync(copied);
        }
        finally
        {
            Run("umount", "-l", small);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private async Task<ObjectId> BackUpAsync(MachineId machine)
    {
        var (id, frame) = _graph.AddPoint(1);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session);
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
        return id;
    }

    private async Task ShouldReadAllAsync(EmbeddedVault vault)
    {
        await using var reader = await vault.OpenReaderAsync(_fixture.Keys.Keyspace, default);
        using var buffer = new FrameBuffer();
        foreach (var node in _graph.Ids) (await reader.ReadAsync(node, 0, buffer, default)).ShouldBeTrue();
    }

    private string[] Listing() =>
    [
        .. new DirectoryInfo(_fixture.Folder).EnumerateFileSystemInfos("*", SearchOption.AllDirectories)
            .Select(f => $"{f.FullName} {f.LastWriteTimeUtc:O} {(f as FileInfo)?.Length}").Order(),
    ];

    private async Task<string> OpenCodeAsync(string folder) => (await Should.ThrowAsync<FaultException>(
        () => EmbeddedVault.OpenAsync(folder, _fixture.Options, default))).Fault.Code;

    private static string Code(Action act) => Should.Throw<FaultException>(act).Fault.Code;
}
