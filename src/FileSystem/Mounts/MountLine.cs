using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Coffer.FileSystem.Mounts;

/// <summary>
/// One line of mountinfo: id, parent, major:minor, root, mount point, options, optional fields, "-", type, source,
/// file system's options. Space, tab, newline and backslash are written in octal.
/// </summary>
internal static class MountLine
{
    private const int SeparatorSearchedFrom = 6;

    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Mount? mount)
    {
        mount = null;
        Span<Range> fields = stackalloc Range[64];
        int count = Split(line, fields);
        int dash = SeparatorSearchedFrom;
        while (dash < count && !line[fields[dash]].SequenceEqual("-"u8)) dash++;
        if (dash + 2 >= count) return false;
        if (!TryNumber(line[fields[0]], out ulong id) || !TryNumber(line[fields[1]], out ulong parent)) return false;
        if (!TryDevice(line[fields[2]], out ulong device)) return false;

        string options = MountClasses.Text(line[fields[5]]);
        string superOptions = dash + 3 < count ? MountClasses.Text(line[fields[dash + 3]]) : "";
        mount = new Mount
        {
            Id = id,
            ParentId = parent,
            Device = device,
            RootWithin = Unescape(line[fields[3]]),
            MountPoint = Unescape(line[fields[4]]),
            FileSystemType = MountClasses.Text(line[fields[dash + 1]]),
            Source = Unescape(line[fields[dash + 2]]),
            Options = superOptions.Length == 0 ? options : $"{options},{superOptions}",
            IsReadOnly = IsReadOnly(options) || IsReadOnly(superOptions),
        };
        return true;
    }

    private static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        int count = 0;
        foreach (Range field in line.Split((byte)' '))
        {
            if (count == fields.Length) break;
            fields[count++] = field;
        }

        return count;
    }

    private static bool IsReadOnly(string options) =>
        options == "ro" || options.StartsWith("ro,", StringComparison.Ordinal);

    public static bool TryDevice(ReadOnlySpan<byte> text, out ulong device)
    {
        device = 0;
        int colon = text.IndexOf((byte)':');
        if (colon < 0 || !TryNumber(text[..colon], out ulong major) || !TryNumber(text[(colon + 1)..], out ulong minor))
            return false;
        device = (major << 32) | (uint)minor;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out ulong value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length;

    /// <summary>Octal escapes undone, as mountinfo and fstab write them.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && IsOctal(text.Slice(i + 1, 3)))
            {
                bytes[length++] = (byte)((text[i + 1] - '0') << 6 | (text[i + 2] - '0') << 3 | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                bytes[length++] = text[i];
            }
        }

        return bytes[..length];
    }

    private static bool IsOctal(ReadOnlySpan<byte> digits) => digits.IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
}
