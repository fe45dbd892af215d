using Coffer.Format.Envelopes;
using Coffer.Format.Points;
using Coffer.Format.Records;
using Coffer.Vault;
using Coffer.Vault.Records;

namespace Coffer.Unit.Vault;

/// <summary>A vault without a catalog into whose store somebody wrote many envelopes.</summary>
public sealed class EnvelopeFloodTests : IDisposable
{
    private const int Forged = 200, GenuineCopies = 10;

    private readonly VaultFixture _fixture = new();
    private byte[] _genuine = [];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("keyspace record kept")]
    [InlineData("keyspace record lost")]
    public async Task ReadEnvelopes_FloodOfForgedOnesWithHigherNumbers_GenuineIsFirst(string what)
    {
        await RegisterAsync();
        foreach (string catalog in Directory.GetFiles(_fixture.Folder, "catalog.db*")) File.Delete(catalog);
        string store = $"{_fixture.Folder}/store";
        string lost = what == "keyspace record lost" ? "*-keyspace" : "*-envelope";
        foreach (string record in Directory.GetFiles($"{store}/records", lost, SearchOption.AllDirectories))
            File.Delete(record);
        Plant();
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        var envelopes = await vault.ReadEnvelopesAsync(_fixture.Keys.Keyspace, default);
        envelopes[0].ShouldBe(_genuine);
        envelopes.Count.ShouldBeLessThanOrEqualTo(Limits.EnvelopesFound + 1);
    }

    [Fact]
    public async Task ReadEnvelope_ForgedRecordOfTheSameNumberIsFirst_GivesTheGenuine()
    {
        await RegisterAsync();
        foreach (string catalog in Directory.GetFiles(_fixture.Folder, "catalog.db*")) File.Delete(catalog);
        byte[] forged = [.. _genuine];
        forged[150] ^= 1;
        string name = RecordFile.StoreName(_fixture.Keys.Keyspace.ToString(), 0, RecordKind.Envelope);
        File.WriteAllBytes($"{_fixture.Folder}/store/{name}", RecordFile.Encode(CanonicalJson.Write(json =>
        {
            json.WriteBase64String("bytes"u8, forged);
            json.WriteNumber("envelopeKind"u8, (byte)EnvelopeKind.Passphrase);
            json.WriteNumber("number"u8, 1);
        })));
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        (await vault.ReadEnvelopeAsync(_fixture.Keys.Keyspace, (byte)EnvelopeKind.Passphrase, 1, default))
            .ShouldBe(_genuine);
    }

    private async Task RegisterAsync()
    {
        var request = _fixture.Registration();
        _genuine = request.Envelope;
        await using var vault = await _fixture.OpenAsync();
        await vault.RegisterAsync(request, default);
    }

    // Beside what goes for points, as only the heads are looked at: the genuine one now and then among the forged.
    private void Plant()
    {
        string folder = $"{_fixture.Folder}/store/points/{_fixture.Keys.Keyspace}";
        Directory.CreateDirectory(folder);
        for (int i = 0; i < Forged; i++)
        {
            byte[] forged = [.. _genuine];
            forged[22] = 200;
            forged[150] = (byte)i;
            byte[] envelope = i % (Forged / GenuineCopies) == 0 ? _genuine : forged;
            File.WriteAllBytes($"{folder}/{i:x64}", new PointObject([envelope], new byte[100]).Encode());
        }
    }
}
