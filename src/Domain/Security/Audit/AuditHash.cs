using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Coffer.Domain.Security.Audit;

/// <summary>
/// SHA-256 over an entry. Canonical bytes, big endian: the words <c>coffer/1/audit</c>; the 32 bytes of the previous
/// hash; number, i64; time as ticks of 100 ns since the year 1 in UTC, i64; outcome, i32; actor, operation, object;
/// the number of details, i32; each detail's name and value. A text is its length in bytes, i32, and its UTF-8. Every
/// length is told before what it measures, so no two entries have the same bytes.
/// </summary>
internal static class AuditHash
{
    /// <summary>The hash that belongs to the fields of an entry, whatever hash it carries.</summary>
    public static string Of(AuditEntry entry)
    {
        var bytes = new ArrayBufferWriter<byte>(512);
        bytes.Write("coffer/1/audit"u8);
        Span<byte> previous = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Hex.TryRead(entry.PreviousHash, previous)) previous.Clear();
        bytes.Write(previous);
        Add(bytes, entry.Number);
        Add(bytes, entry.Time.UtcTicks);
        Add(bytes, (int)entry.Outcome);
        Add(bytes, entry.Actor);
        Add(bytes, entry.Operation);
        Add(bytes, entry.Object);
        Add(bytes, entry.Details.Count);
        foreach (var (name, value) in entry.Details)
        {
            Add(bytes, name);
            Add(bytes, value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }

    private static void Add(ArrayBufferWriter<byte> bytes, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes.GetSpan(sizeof(long)), number);
        bytes.Advance(sizeof(long));
    }

    private static void Add(ArrayBufferWriter<byte> bytes, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.GetSpan(sizeof(int)), number);
        bytes.Advance(sizeof(int));
    }

    private static void Add(ArrayBufferWriter<byte> bytes, string text)
    {
        Add(bytes, Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, bytes);
    }
}
