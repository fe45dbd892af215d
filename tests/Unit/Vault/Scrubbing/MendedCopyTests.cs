using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Unit.Vault.Stores;
using Coffer.Vault;
using Coffer.Vault.Sqlite;

namespace Coffer.Unit.Vault.Scrubbing;

/// <summary>A pack that is just made what it was: for a moment its bytes lie only beside its place.</summary>
public sealed class MendedCopyTests : IDisposable
{
    private readonly DamagedVault _vault = new();

    public void Dispose() => _vault.Dispose();

    [Theory]
    [InlineData(PackClass.Data)]
    [InlineData(PackClass.Metadata)]
    public async Task Read_APackThatIsJustBeingMended_ReadsItsCopy(PackClass packClass)
    {
        await _vault.BackUpAsync();
        MoveAside(packClass);
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadOnly_TablesLostWhileAPackIsBeingMended_ReadsItsCopy()
    {
        await _vault.BackUpAsync();
        MoveAside(PackClass.Metadata);
        LoseTables();
        await ShouldReadAllAsync();
    }

    /// <summary>The table of a pack is damaged, and nothing but the table told where its frames lie.</summary>
    [Fact]
    public async Task ReadOnly_TablesLostAndAPacksTableDamaged_ReadsAllOfIt()
    {
        await _vault.BackUpAsync();
        _vault.Pack(PackClass.Data, out string path);
        DamagedVault.Flip(path, -20);
        LoseTables();
        await ShouldReadAllAsync();
    }

    [Fact]
    public async Task Open_ACopyThatIsReadWronglyOnce_IsNotPutInPlace()
    {
        await _vault.BackUpAsync();
        string place = MoveAside(PackClass.Data);
        using (var catalog = new SqliteConnection
        {
            ConnectionString = $"Data Source={Path.Combine(_vault.Fixture.Folder, "catalog.db")}",
        })
        {
            catalog.Open();
            catalog.Execute("UPDATE vaults SET closed_clean = 0");
        }

        // The first read compares the copy with its name, the second is what is written.
        _vault.Fixture.WrapStore = store => new WrongOnceStore(store, "mended/", 2);
        await Should.ThrowAsync<CorruptionException>(async () => await _vault.Fixture.OpenAsync());
        _vault.Fixture.WrapStore = null;
        File.Exists(place).ShouldBeFalse();
        await using (await _vault.Fixture.OpenAsync()) File.Exists(place).ShouldBeTrue();
        (await _vault.UnreadableAsync()).ShouldBeEmpty();
        (await _vault.ScrubAsync()).Findings.ShouldBeEmpty();
    }

    private string MoveAside(PackClass packClass)
    {
        _vault.Pack(packClass, out string path);
        string folder = Path.Combine(
            _vault.Fixture.Folder, "store", "mended", _vault.Fixture.Keys.Keyspace.ToString());
        Directory.CreateDirectory(folder);
        File.Move(path, Path.Combine(folder, Path.GetFileName(path)));
        return path;
    }

    private void LoseTables()
    {
        File.Delete(Path.Combine(_vault.Fixture.Folder, "catalog.db"));
        File.Delete(Path.Combine(_vault.Fixture.Folder, "keyspaces", $"{_vault.Fixture.Keys.Keyspace}.db"));
    }

    private async Task ShouldReadAllAsync()
    {
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(
            _vault.Fixture.Folder, _vault.Fixture.Options, default);
        await using var reader = await vault.OpenReaderAsync(_vault.Fixture.Keys.Keyspace, default);
        using var frame = new FrameBuffer();
        foreach (var id in _vault.Graph.Ids) (await reader.ReadAsync(id, 0, frame, default)).ShouldBeTrue($"{id}");
    }
}
