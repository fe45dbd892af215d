using System.Text;
using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Format.Points;

namespace Coffer.Unit.Format.Points;

public sealed class PointTests
{
    private static readonly PointBody Body = new()
    {
        AgentTime = DateTimeOffset.UnixEpoch,
        Checkpoint = new CheckpointPart
        {
            LastPath = "a"u8.ToArray(),
            InHand = new FileInHand("b"u8.ToArray(), 10, 1, 2, 3, 4, 5, 6),
        },
        Machine = MachineId.New(),
        MachineName = "host",
        Paths = ["/a"u8.ToArray()],
        Previous = TestFrames.IdOf(7),
        Sequence = 3,
        Source = SourceId.New(),
        SourceType = "volume",
        Statistics = PointStatistics.None,
        Volume = new VolumeDescription("ext4", "", "", [], "/"u8.ToArray()),
    };

    [Fact]
    public void Body_AsWritten_IsRead()
    {
        byte[] bytes = PointBodyCodec.Encode(Body);
        PointBodyCodec.Encode(PointBodyCodec.Decode(bytes, "test")).ShouldBe(bytes);
    }

    [Theory]
    [InlineData("\"sequence\":3", "\"sequence\":0")]
    [InlineData("\"sequence\":3", "\"sequence\":-1")]
    [InlineData("\"sequence\":3", "\"sequence\":3.5")]
    [InlineData("\"sequence\":3", "\"sequence\":99999999999999999999")]
    [InlineData("\"sequence\":3", "\"sequence\":3,\"sequence\":4")]
    [InlineData("\"mtimeNanoseconds\":2", "\"mtimeNanoseconds\":1000000000")]
    [InlineData("\"ctimeNanoseconds\":4", "\"ctimeNanoseconds\":-1")]
    [InlineData("\"source\":", "\"sauce\":")]
    [InlineData("\"policy\":\"\"", "\"policy\":null")]
    [InlineData("\"paths\":[", "\"paths\":[1,")]
    [InlineData("1970-01-01T", "1970-13-01T")]
    [InlineData("\"mountPath\":\"Lw==\"", "\"mountPath\":\"\"")]
    [InlineData("\"mountPath\":\"Lw==\"", "\"mountPath\":\"Yg==\"")]
    public void Body_MemberThatCannotBe_IsRefused(string good, string bad)
    {
        string text = Encoding.UTF8.GetString(PointBodyCodec.Encode(Body));
        text.ShouldContain(good);
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace(good, bad, StringComparison.Ordinal));
        Should.Throw<CorruptionException>(() => PointBodyCodec.Decode(bytes, "test"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}x")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    public void Body_NotAnObject_IsRefused(string text) =>
        Should.Throw<CorruptionException>(() => PointBodyCodec.Decode(Encoding.UTF8.GetBytes(text), "test"));

    [Fact]
    public void Body_NestedWithoutEnd_IsRefused() => Should.Throw<CorruptionException>(
        () => PointBodyCodec.Decode(Encoding.UTF8.GetBytes(new string('[', 1_000_000)), "test"));

    [Fact]
    public void Object_AsWritten_IsRead()
    {
        byte[] frame = TestFrames.Of(NodeKind.Point);
        var point = PointObject.Parse(new PointObject([[1, 2], [3]], frame).Encode(), "test");
        point.Frame.ShouldBe(frame);
        point.Envelopes.Select(e => e.Length).ShouldBe([2, 1]);
    }

    [Fact]
    public void Object_AnythingElse_IsRefused()
    {
        byte[] good = new PointObject([[1, 2]], TestFrames.Of(NodeKind.Point)).Encode();
        Refused(new PointObject([], TestFrames.Of(NodeKind.Chunk)).Encode());
        Refused([.. good, 0]);
        for (int length = 0; length < good.Length; length++) Refused(good[..length]);
        foreach (int at in (int[])[0, 8, 9, 10, 13])
        {
            byte[] changed = [.. good];
            changed[at] ^= 0x80;
            Refused(changed);
        }
    }

    private static void Refused(byte[] bytes) =>
        Should.Throw<CorruptionException>(() => PointObject.Parse(bytes, "test"));
}
