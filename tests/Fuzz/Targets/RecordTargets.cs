using System.Text;
using Coffer.Domain;
using Coffer.Format.Hashing;
using Coffer.Format.Points;
using Coffer.Format.Records;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Records;
using Coffer.Vault.Seeding;
using static Coffer.Fuzz.Targets.Samples;

namespace Coffer.Fuzz.Targets;

/// <summary>Records lie in clear in the vault: whoever can write there can write these.</summary>
internal static class RecordTargets
{
    private const int ClosingLength = 72;

    private static readonly PackReceipt Receipt = new(
        Id(1), MachineId.New(), DateTimeOffset.UnixEpoch, 99, PackState.Present)
    {
        Origins = [new FrameOrigin(3, MachineId.New(), DateTimeOffset.UnixEpoch)],
    };

    private static readonly PointStateRecord State = new(
        Id(1), IsDeleted: true, DateTimeOffset.UnixEpoch, IsHeld: false, DateTimeOffset.UnixEpoch, IsPurged: false);

    private static readonly SeedManifest Seed = new(
        VaultId.New(), KeyspaceId.New(), MachineId.New(), "host", 3, 99, SeedManifest.HashOf([1]),
        [
            new SeedPoint(
                Id(1), SeedManifest.HashOf([2]), SourceId.New(), "volume", "/", 1, DateTimeOffset.UnixEpoch,
                PointStatistics.None, JobId.New()),
        ]);

    public static IEnumerable<Target> List =>
    [
        Of("receipt", CanonicalJson.Write(Receipt.Write), json => PackReceipt.Read(json)),
        Of(
            "point state", CanonicalJson.Write(State.Write), json => PointStateRecord.Read(json)),
        // Its signature is looked at only once it was read.
        new Target(
            "seed", [Seed.Encode(_ => new byte[SeedManifest.SignatureSize])],
            bytes => SeedManifest.Decode(bytes, "fuzz"))
        {
            MayAllocate = static length => (1 << 20) + (1024L * length),
        },
    ];

    private static Target Of<T>(string name, byte[] json, Func<System.Text.Json.JsonElement, T> read) => new(
        name, [RecordFile.Encode(json)],
        bytes => CanonicalJson.Read(RecordFile.Decode(bytes, "fuzz"), "fuzz", read))
    {
        Mend = MendClosing,
        MayAllocate = static length => (1 << 20) + (1024L * length),
    };

    private static void MendClosing(byte[] bytes)
    {
        if (bytes.Length <= ClosingLength) return;
        int end = bytes.Length - ClosingLength;
        bytes[end - 1] = (byte)'\n';
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(bytes.AsSpan(0, end), hash);
        Encoding.ASCII.GetBytes($"blake3 {new ObjectId(hash)}\n").CopyTo(bytes, end);
    }
}
