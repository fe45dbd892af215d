using Coffer.Agent.Registration;
using Coffer.Contracts;
using Coffer.Contracts.Points;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Frames;
using Coffer.Vault;

namespace Coffer.Unit.Vault;

/// <summary>
/// A vault whose own notes of its envelopes are lost or damaged: the passphrase alone still opens it.
/// </summary>
public sealed class EnvelopeLossTests : IDisposable
{
    private readonly VaultFixture _fixture = new();
    private readonly SealedGraph _graph;

    public EnvelopeLossTests() => _graph = new SealedGraph(_fixture.Keys);

    public void Dispose()
    {
        _graph.Dispose();
        _fixture.Dispose();
    }

    [Theory]
    [InlineData("no catalog")]
    [InlineData("no catalog, no envelope records")]
    [InlineData("no catalog, envelope records damaged")]
    [InlineData("no catalog, no keyspace record")]
    [InlineData("no catalog, no machine record")]
    [InlineData("no catalog, no envelope records, no envelopes beside points")]
    [InlineData("no catalog, no envelope records, no envelopes in packs")]
    [InlineData("no catalog, no envelope records, no keyspace record, no machine record, no envelopes in packs")]
    public async Task OpenAny_WhatTheVaultLost_PassphraseAloneOpensThePoint(string lost)
    {
        var point = await BackUpAsync();
        foreach (string what in lost.Split(", ")) Lose(what);
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        await OpensAsync(vault, point);
        (await Should.ThrowAsync<FaultException>(
            () => KeyOpening.OpenAnyAsync(vault, "this is not it at all", default)))
            .Fault.Code.ShouldBe("passphrase.wrong");
    }

    [Fact]
    public async Task OpenAny_NoCopyLeft_SaysThatTheEnvelopeIsMissing()
    {
        await BackUpAsync();
        foreach (string what in (string[])
            ["no catalog", "no envelope records", "no envelopes beside points", "no envelopes in packs"]) Lose(what);
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        (await Should.ThrowAsync<FaultException>(
            () => KeyOpening.OpenAnyAsync(vault, VaultFixture.Passphrase, default)))
            .Fault.Code.ShouldBe("envelope.missing");
    }

    [Fact]
    public async Task ReadEnvelopes_SaltInTheCatalogDamaged_ComesFromTheRecord()
    {
        var point = await BackUpAsync();
        byte[] good = Envelope();
        byte[] bad = [.. good];
        bad[30] ^= 1;
        string catalog = $"{_fixture.Folder}/catalog.db";
        byte[] bytes = File.ReadAllBytes(catalog);
        int at = bytes.AsSpan().IndexOf(good);
        at.ShouldBeGreaterThan(0);
        bad.CopyTo(bytes, at);
        File.WriteAllBytes(catalog, bytes);
        await using var vault = await _fixture.OpenAsync();
        (await vault.ReadEnvelopesAsync(_fixture.Keys.Keyspace, default)).ShouldHaveSingleItem().ShouldBe(good);
        await OpensAsync(vault, point);
    }

    [Fact]
    public async Task OpenAny_ForgedEnvelopeOfAHigherNumber_DoesNotHideTheGenuine()
    {
        var point = await BackUpAsync();
        byte[] forged = Envelope();
        forged[22] = 200;
        foreach (string what in (string[])["no catalog", "no envelope records", "no keyspace record"]) Lose(what);
        string folder = $"{_fixture.Folder}/store/points/{_fixture.Keys.Keyspace}";
        byte[] frame = PointObject.Parse(File.ReadAllBytes($"{folder}/{point}"), "test").Frame;
        File.WriteAllBytes($"{folder}/{new string('0', 64)}", new PointObject([forged], frame).Encode());
        await using var vault = await EmbeddedVault.OpenReadOnlyAsync(_fixture.Folder, _fixture.Options, default);
        await OpensAsync(vault, point);
    }

    private async Task OpensAsync(IVault vault, ObjectId point)
    {
        using var keys = await KeyOpening.OpenAnyAsync(vault, VaultFixture.Passphrase, default);
        keys.DataKey.SequenceEqual(_fixture.Keys.DataKey).ShouldBeTrue();
        (await vault.ListPointsAsync(new PointFilter(Keyspace: keys.Keyspace), default))
            .ShouldHaveSingleItem().Id.ShouldBe(point);
        await using var reader = await vault.OpenReaderAsync(keys.Keyspace, default);
        using var opener = new FrameOpener(keys);
        using var plain = new FrameBuffer();
        opener.Open(await reader.ReadPointAsync(point, default), point, NodeKind.Point, plain).Id.ShouldBe(point);
    }

    private async Task<ObjectId> BackUpAsync()
    {
        var machine = await _fixture.RegisterAsync();
        var (id, frame) = _graph.AddPoint(1);
        await using var vault = await _fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(_fixture.Session(machine), default);
        await _graph.PutAsync(session);
        (await session.CommitAsync(frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
        return id;
    }

    private byte[] Envelope()
    {
        string point = Directory.GetFiles($"{_fixture.Folder}/store/points", "*", SearchOption.AllDirectories)[0];
        return PointObject.Parse(File.ReadAllBytes(point), "test").Envelopes.ShouldHaveSingleItem();
    }

    private void Lose(string what)
    {
        string store = $"{_fixture.Folder}/store";
        switch (what)
        {
            case "no catalog":
                foreach (string file in Directory.GetFiles(_fixture.Folder, "catalog.db*")) File.Delete(file);
                break;
            case "no envelope records": Each("records", "*-envelope", File.Delete); break;
            case "no keyspace record": Each("records", "*-keyspace", File.Delete); break;
            case "no machine record": Each("records", "*-machine", File.Delete); break;
            case "envelope records damaged":
                Each("records", "*-envelope", path => Change(path, bytes => bytes[99] ^= 1));
                break;
            case "no envelopes beside points":
                Each("points", "*", path => File.WriteAllBytes(
                    path, new PointObject([], PointObject.Parse(File.ReadAllBytes(path), "test").Frame).Encode()));
                break;
            case "no envelopes in packs":
                Each("packs", "*", path => Change(path, bytes => bytes.AsSpan(28, 60).Clear()));
                break;
            default: throw new ArgumentException(what);
        }

        void Each(string folder, string pattern, Action<string> act)
        {
            foreach (string path in Directory.GetFiles($"{store}/{folder}", pattern, SearchOption.AllDirectories))
                act(path);
        }
    }

    private static void Change(string path, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
    }
}
