using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Fuzz.Targets;

/// <summary>What good inputs are made of.</summary>
internal static class Samples
{
    public static readonly KeyspaceKeys Keys = KeyspaceKeys.New();
    private static readonly FrameSealer Sealer = new(Keys);
    private static readonly NodeIds Ids = new(Keys);

    public static ObjectId Id(int number)
    {
        Span<byte> bytes = stackalloc byte[ObjectId.Size];
        bytes.Fill((byte)number);
        return new ObjectId(bytes);
    }

    public static byte[] Frame(NodeKind kind, byte[] plain, params ObjectId[] references)
    {
        using var frame = new FrameBuffer();
        Sealer.Seal(kind, Ids.Of(kind, references, plain), references, plain, frame);
        return frame.Span.ToArray();
    }

    /// <summary>Bytes that compress.</summary>
    public static byte[] Text(int length)
    {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = (byte)"recovery point, "[i % 16];
        return bytes;
    }
}
