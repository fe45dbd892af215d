using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;

namespace Coffer.Unit.Format;

/// <summary>Frames whose bodies are zeros: no reader without keys can tell.</summary>
internal static class TestFrames
{
    public static readonly KeyspaceId Keyspace = new(Id128.Parse("80818283848586878889808182838485"));

    public static byte[] Of(NodeKind kind, int references = -1, int plainLength = 20, int number = 1)
    {
        if (references < 0) references = NodeKinds.References(kind).Least;
        var header = new FrameHeader(
            kind, Compression.None, Keyspace, IdOf(number), plainLength, plainLength + FrameHeader.TagSize, references);
        byte[] frame = new byte[header.FrameLength];
        header.Write(frame);
        for (int i = 0; i < references; i++)
            IdOf(1_000_000 + i).CopyTo(frame.AsSpan(FrameHeader.Size + (i * ObjectId.Size)));
        return frame;
    }

    public static ObjectId IdOf(int number)
    {
        Span<byte> bytes = stackalloc byte[ObjectId.Size];
        bytes.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return new ObjectId(bytes);
    }
}
