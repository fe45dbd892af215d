using System.Globalization;
using System.Text;

namespace Coffer.Agent.Restores.Targets;

/// <summary>
/// Names for what is restored beside something else: <c>2026-03-01 21-00 Copy of NAME</c>, by the point's time in the
/// local zone; a taken one gets <c> (2)</c> before its extension; one too long is cut there.
/// </summary>
internal sealed class CopyName(DateTimeOffset pointTime, TimeZoneInfo zone)
{
    private readonly byte[] _prefix = Encoding.ASCII.GetBytes(
        TimeZoneInfo.ConvertTime(pointTime, zone)
            .ToString("yyyy-MM-dd HH-mm", CultureInfo.InvariantCulture) + " Copy of ");

    /// <param name="number">1 for the first try.</param>
    public byte[] Of(ReadOnlySpan<byte> name, int number)
    {
        // A dot file has no extension, and an extension longer than 32 bytes is none.
        int dot = name.LastIndexOf((byte)'.');
        if (dot <= 0 || name.Length - dot > 32) dot = name.Length;
        byte[] suffix = number == 1 ? [] : Encoding.ASCII.GetBytes($" ({number})");
        var extension = name[dot..];
        int room = RestoreLimits.NameBytes - _prefix.Length - suffix.Length - extension.Length;
        return [.. _prefix, .. Cut(name[..dot], room), .. suffix, .. extension];
    }

    // Not within a character, where the name is UTF-8.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> stem, int room)
    {
        if (stem.Length <= room) return stem;
        int end = room;
        while (end > room - 4 && end > 0 && (stem[end] & 0xc0) == 0x80) end--;
        return stem[..((stem[end] & 0xc0) == 0x80 ? room : end)];
    }
}
