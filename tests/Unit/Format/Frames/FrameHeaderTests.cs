using System.Buffers.Binary;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;

namespace Coffer.Unit.Format.Frames;

public sealed class FrameHeaderTests
{
    [Fact]
    public void ParseWhole_AsWritten_IsTheSame()
    {
        byte[] frame = TestFrames.Of(NodeKind.ListingPage, references: 2, plainLength: 100);
        var header = FrameHeader.ParseWhole(frame, "test");
        (header.Kind, header.PlainLength, header.ReferenceCount).ShouldBe((NodeKind.ListingPage, 100, 2));
    }

    [Theory]
    [InlineData(0, 'X')]   // magic
    [InlineData(4, 2)]     // version
    [InlineData(5, 0)]     // kind
    [InlineData(5, 8)]
    [InlineData(6, 3)]     // compression
    [InlineData(7, 0)]     // AEAD
    [InlineData(7, 2)]
    public void Parse_UnknownByte_IsRefused(int at, byte value)
    {
        byte[] frame = TestFrames.Of(NodeKind.Chunk);
        frame[at] = value;
        Refused(frame);
    }

    [Theory]
    [InlineData(56, Limits.MaxPlainBytes + 1u)]
    [InlineData(60, Limits.MaxStoredBytes + 1u)]
    [InlineData(64, Limits.MaxReferences + 1u)]
    [InlineData(56, uint.MaxValue)]
    [InlineData(60, uint.MaxValue)]
    [InlineData(64, uint.MaxValue)]
    public void Parse_LengthBeyondItsLimit_IsRefused(int at, uint value)
    {
        byte[] frame = TestFrames.Of(NodeKind.ListingPage);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(at), value);
        Refused(frame);
    }

    [Theory]
    [InlineData(NodeKind.Chunk, 1)]
    [InlineData(NodeKind.ChangePage, 1)]
    [InlineData(NodeKind.ExtentPage, 0)]
    [InlineData(NodeKind.ExtentPage, Limits.MaxPageExtents + 1)]
    [InlineData(NodeKind.TreePage, Limits.MaxTreeChildren + 1)]
    [InlineData(NodeKind.Point, 1)]
    [InlineData(NodeKind.Point, 3)]
    [InlineData(NodeKind.Checkpoint, 1)]
    [InlineData(NodeKind.Checkpoint, 4)]
    public void Parse_ReferencesThatTheKindCannotHave_AreRefused(NodeKind kind, int references) =>
        Refused(TestFrames.Of(kind, references));

    [Fact]
    public void Parse_BodyShorterThanItsTag_IsRefused()
    {
        byte[] frame = TestFrames.Of(NodeKind.Chunk, plainLength: 0);
        frame[6] = (byte)Compression.Zstd;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(60), FrameHeader.TagSize - 1);
        Refused(frame[..^1]);
    }

    [Fact]
    public void Parse_UncompressedBodyOfAnotherLength_IsRefused()
    {
        byte[] frame = TestFrames.Of(NodeKind.Chunk, plainLength: 100);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(56), 101);
        Refused(frame);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void ParseWhole_BytesMissingOrTrailing_IsRefused(int difference)
    {
        byte[] frame = TestFrames.Of(NodeKind.Chunk);
        Array.Resize(ref frame, frame.Length + difference);
        Refused(frame);
    }

    private static void Refused(byte[] frame) =>
        Should.Throw<CorruptionException>(() => FrameHeader.ParseWhole(frame, "test"));
}
