using System.Text;
using Coffer.Domain;
using Coffer.Format.Hashing;

namespace Coffer.Format.Records;

/// <summary>
/// A record as it lies in the store: one line of canonical JSON and one closing line <c>blake3 HEX</c>, the BLAKE3 of
/// the first line with its line feed. Write-once; of one subject the record with the highest counter counts.
/// </summary>
public static class RecordFile
{
    private const int ClosingLength = 7 + (ObjectId.Size * 2) + 1;

    /// <summary>Where a record lies: twelve digits keep the store's order that of the counter.</summary>
    public static string StoreName(string scope, long counter, string kind) => $"records/{scope}/{counter:d12}-{kind}";

    /// <summary>Counter and kind from the last part of a store name; false where it is not a record's.</summary>
    public static bool TryParseName(string lastPart, out long counter, out string kind)
    {
        int dash = lastPart.IndexOf('-');
        kind = dash > 0 ? lastPart[(dash + 1)..] : "";
        counter = 0;
        return dash == 12 && kind.Length > 0 && long.TryParse(lastPart.AsSpan(0, dash), out counter) && counter >= 0;
    }

    public static byte[] Encode(byte[] json)
    {
        byte[] line = [.. json, (byte)'\n'];
        return [.. line, .. Encoding.ASCII.GetBytes($"blake3 {HashOf(line)}\n")];
    }

    /// <summary>The JSON line of a record file, once its closing line is right.</summary>
    /// <exception cref="CorruptionException">Cut short, damaged, or not a record.</exception>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> file, string place)
    {
        if (file.Length is <= ClosingLength or > Limits.MaxRecordBytes)
            throw new CorruptionException(place, "a record", $"{file.Length} bytes");
        var line = file[..^ClosingLength];
        string expected = $"blake3 {HashOf(line)}\n";
        return line[^1] == (byte)'\n' && Encoding.ASCII.GetString(file[^ClosingLength..]) == expected
            ? line[..^1]
            : throw new CorruptionException(place, expected.TrimEnd(), "another closing line");
    }

    private static ObjectId HashOf(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[ObjectId.Size];
        Blake3.Hash(line, hash);
        return new ObjectId(hash);
    }
}
