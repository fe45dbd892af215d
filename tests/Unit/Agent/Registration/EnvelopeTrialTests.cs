using System.Buffers.Binary;
using Coffer.Agent.Registration;
using Coffer.Agent.Registration.Envelopes;
using Coffer.Contracts.Points;
using Coffer.Contracts.Registration;
using Coffer.Domain;
using Coffer.Format.Envelopes;
using Coffer.Format.Points;
using Coffer.Sealing.Envelopes;
using Coffer.Sealing.Keys;
using Coffer.Unit.Agent.Doubles;
using Coffer.Unit.Vault;

namespace Coffer.Unit.Agent.Registration;

/// <summary>What somebody can plant who writes to a vault's disk, and what is still opened.</summary>
public sealed class EnvelopeTrialTests : IDisposable
{
    private const string Passphrase = "a passphrase of the tests";
    private const int KeyspaceAt = 5, CommitmentAt = 119, MemoryAt = 42, PassesAt = 46;

    private readonly KeyspaceKeys _keys = KeyspaceKeys.New();
    private readonly MemoryVault _vault = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Bearable_DearOnesFirst_CheapestComeFirstAndTheDearHaveALimit()
    {
        byte[] cheap = Unopenable(Argon2Parameters.MinimumMemoryKib, Argon2Parameters.MinimumPasses);
        byte[] dear = Unopenable(Argon2Parameters.MaximumMemoryKib, Argon2Parameters.MaximumPasses);
        var all = Enumerable.Repeat(dear, 100).Append(cheap).Select(b => Envelope.Decode(b, "a test")).ToList();
        var bearable = EnvelopeTrial.Bearable(all);
        bearable.Count.ShouldBe(4); // a dear one costs a quarter of the limit
        bearable[0].Bytes.SequenceEqual(cheap).ShouldBeTrue();
    }

    [Fact]
    public void Bearable_AsDearAsCofferMakesThem_EveryOneThatAVaultFindsIsTried()
    {
        byte[] ours = Unopenable(Argon2Parameters.MinimumMemoryKib, Argon2Parameters.MaximumPasses);
        var all = Enumerable.Repeat(Envelope.Decode(ours, "a test"), 2 * Coffer.Vault.Limits.EnvelopesFound).ToList();
        EnvelopeTrial.Bearable(all).Count.ShouldBe(all.Count);
    }

    [Theory]
    [InlineData("another passphrase's")]
    [InlineData("the genuine with another number")]
    [InlineData("other keys under the same passphrase")]
    public async Task Open_PlantedOneIsLikelier_TheGenuineOpens(string planted)
    {
        byte[] genuine = Genuine(_keys);
        _vault.Envelopes[_keys.Keyspace] = [Planted(planted, genuine), genuine];
        AddPoint(_keys);
        using var opened = await KeyOpening.OpenAsync(_vault, _keys.Keyspace, Passphrase, default);
        opened.DataKey.SequenceEqual(_keys.DataKey).ShouldBeTrue();
        using var forGood = await EnvelopeTrial.OpenAsync(
            _vault, _keys.Keyspace, Passphrase, isForGood: true, default);
        forGood.Keys.DataKey.SequenceEqual(_keys.DataKey).ShouldBeTrue();
    }

    [Fact]
    public async Task Open_OtherKeysAreAllThatIsLeft_AreReadWithButNotSealedWith()
    {
        byte[] planted = Planted("other keys under the same passphrase", []);
        _vault.Envelopes[_keys.Keyspace] = [planted];
        (await OpenForGoodAsync()).Dispose(); // without points there is nothing to tell them by, nor to lose
        AddPoint(_keys);
        (await KeyOpening.OpenAsync(_vault, _keys.Keyspace, Passphrase, default)).Dispose();
        (await Should.ThrowAsync<CorruptionException>(OpenForGoodAsync)).Found.ShouldBe("others");
    }

    [Fact]
    public async Task OpenAny_EnvelopeMovedToAnotherKeyspace_DoesNotHideTheServerAfterIt()
    {
        byte[] genuine = Genuine(_keys);
        byte[] moved = [.. genuine];
        moved[KeyspaceAt] ^= 1;
        var other = Envelope.Decode(moved, "a test").Head.Keyspace;
        _vault.Envelopes[other] = [moved];
        _vault.Envelopes[_keys.Keyspace] = [genuine];
        AddServer(other, hoursAgo: 1);
        AddServer(_keys.Keyspace, hoursAgo: 2);
        using var opened = await KeyOpening.OpenAnyAsync(_vault, Passphrase, default);
        opened.Keyspace.ShouldBe(_keys.Keyspace);
    }

    [Fact]
    public async Task Envelopes_OneOfANewerVersionBesideOneThatIsKnown_IsPassedOver()
    {
        byte[] known = Unopenable(Argon2Parameters.MinimumMemoryKib, Argon2Parameters.MinimumPasses);
        byte[] newer = [.. known];
        newer[4] = 9;
        _vault.Envelopes[_keys.Keyspace] = [newer, known];
        (await EnvelopeTrial.EnvelopesAsync(_vault, _keys.Keyspace, default)).ShouldHaveSingleItem();
        _vault.Envelopes[_keys.Keyspace] = [newer];
        (await Should.ThrowAsync<FaultException>(
            () => EnvelopeTrial.EnvelopesAsync(_vault, _keys.Keyspace, default))).Fault.Code.ShouldBe("format.newer");
    }

    private Task<OpenedEnvelope> OpenForGoodAsync() =>
        EnvelopeTrial.OpenAsync(_vault, _keys.Keyspace, Passphrase, isForGood: true, default);

    private static byte[] Genuine(KeyspaceKeys keys) =>
        EnvelopeSealer.Create(keys, Passphrase, 1, Argon2Parameters.Default).Bytes.ToArray();

    private byte[] Planted(string what, byte[] genuine)
    {
        byte[] bytes = [.. genuine];
        switch (what)
        {
            case "another passphrase's": bytes[CommitmentAt] ^= 1; break;
            case "the genuine with another number": bytes[22] = 200; break;
            case "other keys under the same passphrase":
                using (var others = KeyspaceKeys.New())
                using (var keys = new KeyspaceKeys(_keys.Keyspace, others.DataKey)) bytes = Genuine(keys);
                break;
            default: throw new ArgumentException(what);
        }
        return bytes;
    }

    // Made with a recovery key's secrets, which cost nothing, and then said to be a passphrase's.
    private byte[] Unopenable(int memoryKib, int passes)
    {
        using var recovery = RecoveryKey.New();
        byte[] bytes = EnvelopeSealer.Create(_keys, recovery, 1).Bytes.ToArray();
        bytes[21] = (byte)EnvelopeKind.Passphrase;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(MemoryAt), memoryKib);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PassesAt), passes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(PassesAt + 4), Argon2Parameters.OnlyLanes);
        return bytes;
    }

    private void AddPoint(KeyspaceKeys keys)
    {
        using var graph = new SealedGraph(keys);
        var (id, frame) = graph.AddPoint(1);
        _vault.Points[id] = frame;
        _vault.Committed.Add(new PointDescription(
            id, keys.Keyspace, MachineId.New(), SourceId.New(), "volume", "/", 1, DateTimeOffset.UnixEpoch,
            PointState.Live, [], false, new PointStatistics()));
    }

    private void AddServer(KeyspaceId keyspace, int hoursAgo)
    {
        var heard = DateTimeOffset.UnixEpoch.AddDays(1).AddHours(-hoursAgo);
        _vault.Servers.Add(new ServerDescription(MachineId.New(), "host", keyspace, DateTimeOffset.UnixEpoch, heard));
    }
}
