using System.Buffers.Binary;

namespace Coffer.Fuzz;

/// <summary>Makes bad bytes out of good ones; the same seed makes the same.</summary>
internal sealed class Mutator(Random random)
{
    // Lengths and counts go wrong at their limits.
    private static readonly ulong[] Telling =
    [
        0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0xff_ffff, 0x100_0000, 0x100_0001,
        0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff,
    ];

    public byte[] Mutate(IReadOnlyList<byte[]> seeds)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (int left = 1 + random.Next(6); left > 0; left--)
        {
            if (bytes.Count == 0) bytes.Add((byte)random.Next(256));
            MutateOnce(bytes, seeds);
        }

        return [.. bytes];
    }

    private void MutateOnce(List<byte> bytes, IReadOnlyList<byte[]> seeds)
    {
        int at = random.Next(bytes.Count);
        switch (random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                Overwrite(bytes, at, Number());
                break;
            case 3:
                Overwrite(bytes, at, Varint(Telling[random.Next(Telling.Length)] + (ulong)random.Next(3) - 1));
                break;
            case 4:
                bytes.InsertRange(at, Varint(Telling[random.Next(Telling.Length)]));
                break;
            case 5:
                bytes.RemoveRange(at, random.Next(Math.Min(bytes.Count - at, 64) + 1));
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 7:
                bytes.InsertRange(random.Next(bytes.Count + 1), Piece([.. bytes]));
                break;
            default:
                bytes.InsertRange(at, Piece(seeds[random.Next(seeds.Count)]));
                break;
        }
    }

    private byte[] Piece(byte[] of)
    {
        if (of.Length == 0) return [];
        int start = random.Next(of.Length);
        return of[start..(start + random.Next(Math.Min(of.Length - start, 256) + 1))];
    }

    private byte[] Number()
    {
        var number = new byte[8];
        ulong telling = Telling[random.Next(Telling.Length)] + (ulong)random.Next(3) - 1;
        BinaryPrimitives.WriteUInt64LittleEndian(number, telling);
        return number[..(1 << random.Next(4))];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (int i = 0; i < with.Length && at + i < bytes.Count; i++) bytes[at + i] = with[i];
    }
}
