using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;
using Coffer.Storage;
using Coffer.Vault;
using Coffer.Vault.Checking;
using Coffer.Vault.Scrubbing;

namespace Coffer.Unit.Vault.Scrubbing;

/// <summary>A vault with one point in two packs, and ways to hurt them.</summary>
internal sealed class DamagedVault : IDisposable
{
    public DamagedVault()
    {
        Graph = new SealedGraph(Fixture.Keys);
        Point = Graph.AddPoint(1);
    }

    public VaultFixture Fixture { get; } = new();

    public SealedGraph Graph { get; }

    public (ObjectId Id, byte[] Frame) Point { get; }

    public void Dispose()
    {
        Graph.Dispose();
        Fixture.Dispose();
    }

    public async Task BackUpAsync()
    {
        await Fixture.RegisterAsync();
        await using var vault = await Fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(Fixture.Session(await MachineAsync(vault)), default);
        await Graph.PutAsync(session);
        (await session.CommitAsync(Point.Frame, VaultFixture.Facts(1), default)).Missing.ShouldBeEmpty();
    }

    /// <summary>One more, of another machine, whose tables are no tables.</summary>
    public async Task<KeyspaceId> AddUnusableKeyspaceAsync()
    {
        using var other = KeyspaceKeys.New();
        await using (var vault = await Fixture.OpenAsync())
        {
            var envelope = EnvelopeSealer.Create(other, VaultFixture.Passphrase, 1, Argon2Parameters.Default);
            await vault.RegisterAsync(
                new RegistrationRequest(
                    "other", VaultFixture.NewPublicKey(), other.Keyspace, other.AccessKey.ExportSubjectPublicKeyInfo(),
                    envelope.Bytes.ToArray()),
                default);
        }
        File.WriteAllBytes(
            Path.Combine(Fixture.Opened, "keyspaces", $"{other.Keyspace}.db"), [.. "no database"u8, .. new byte[8192]]);
        return other.Keyspace;
    }

    /// <summary>Puts what the vault names as lost, and what else the commit misses; as a backup does.</summary>
    public async Task HealAsync(long sequence)
    {
        await using var vault = await Fixture.OpenAsync();
        await using var session = await vault.OpenSessionAsync(Fixture.Session(await MachineAsync(vault)), default);
        var missing = await session.ListLostAsync(null, default);
        missing.Count.ShouldBe(session.Opening.LostCount);
        var point = Graph.Seal(
            NodeKind.Point, [(byte)sequence],
            FrameHeader.ReferenceOf(Point.Frame, 0), FrameHeader.ReferenceOf(Point.Frame, 1));
        for (int round = 0; round < 3; round++)
        {
            await Graph.PutAsync(session, id => missing.Contains(id));
            missing = (await session.CommitAsync(point.Frame, VaultFixture.Facts(sequence), default)).Missing;
            if (missing.Count == 0) return;
        }
        missing.ShouldBeEmpty();
    }

    public PackReader Pack(PackClass packClass, out string path)
    {
        foreach (string file in Directory.EnumerateFiles(
            Path.Combine(Fixture.Opened, "store", "packs"), "*", SearchOption.AllDirectories))
        {
            byte[] bytes = File.ReadAllBytes(file);
            var pack = PackReader.Open(
                bytes.Length, (at, target) => bytes.AsSpan((int)at, target.Length).CopyTo(target), file);
            path = file;
            if (pack.Head.Class == packClass) return pack;
        }
        throw new InvalidOperationException($"there is no {packClass} pack");
    }

    public static void Flip(string path, long offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset < 0 ? bytes.Length + offset : offset] ^= 4;
        File.Delete(path); // another file, so that no handle and no link of the old one sees it
        File.WriteAllBytes(path, bytes);
    }

    public async Task<ScrubReport> ScrubAsync(VaultAccess access = VaultAccess.Exclusive)
    {
        await using var vault = await Fixture.OpenAsync(access);
        return vault.Scrub(null, null, () => true);
    }

    public async Task<CheckReport> CheckAsync()
    {
        await using var vault = await Fixture.OpenAsync(VaultAccess.Shared);
        return vault.Check(null, () => true);
    }

    /// <summary>The ids of which no copy opens.</summary>
    public async Task<List<ObjectId>> UnreadableAsync()
    {
        await using var vault = await Fixture.OpenAsync(VaultAccess.Shared);
        await using var reader = await vault.OpenReaderAsync(Fixture.Keys.Keyspace, default);
        using var opener = new FrameOpener(Fixture.Keys);
        using FrameBuffer frame = new(), plain = new();
        var unreadable = new List<ObjectId>();
        foreach (var id in Graph.Ids)
        {
            bool isOpen = false;
            for (int copy = 0; !isOpen && copy < 8; copy++)
                isOpen = await OpensAsync(reader, opener, id, copy, frame, plain);
            if (!isOpen) unreadable.Add(id);
        }
        return unreadable;
    }

    private static async Task<bool> OpensAsync(
        IFrameReader reader, FrameOpener opener, ObjectId id, int copy, FrameBuffer frame, FrameBuffer plain)
    {
        try
        {
            if (!await reader.ReadAsync(id, copy, frame, default)) return false;
            opener.Open(frame.Span, id, FrameHeader.Parse(frame.Span, "frame").Kind, plain);
            return true;
        }
        catch (CorruptionException)
        {
            return false;
        }
        catch (FaultException e) when (e.Fault.Code == "store.failing")
        {
            return false;
        }
    }

    private static async Task<MachineId> MachineAsync(EmbeddedVault vault) =>
        (await vault.ListServersAsync(default)).Single().Id;
}
