using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Points;
using static Coffer.Fuzz.Targets.Samples;

namespace Coffer.Fuzz.Targets;

internal static class PointTargets
{
    private static readonly PointBody Body = new()
    {
        AgentTime = DateTimeOffset.UnixEpoch,
        Checkpoint = new CheckpointPart
        {
            LastPath = "a"u8.ToArray(),
            InHand = new FileInHand("b"u8.ToArray(), 10, 1, 2, 3, 4, 5, 6),
        },
        Job = JobId.New(),
        Machine = MachineId.New(),
        MachineName = "host",
        Paths = ["/a"u8.ToArray(), "/b"u8.ToArray()],
        Previous = Id(7),
        Sequence = 3,
        Source = SourceId.New(),
        SourceType = "volume",
        Statistics = PointStatistics.None,
        Volume = new VolumeDescription("ext4", "", "", [], "/"u8.ToArray()),
    };

    public static IEnumerable<Target> List =>
    [
        new(
            "point", [new PointObject([[1, 2, 3], [4]], Frame(NodeKind.Point, Text(50), Id(1), Id(2))).Encode()],
            static bytes => PointObject.Parse(bytes, "fuzz")),
        new("point body", [PointBodyCodec.Encode(Body)], static bytes => PointBodyCodec.Decode(bytes, "fuzz"))
        {
            MayAllocate = static length => (1 << 20) + (1024L * length),
        },
    ];
}
