using System.Text.Json;
using Coffer.Agent.Browsing;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.Format.Listing;

namespace Coffer.Cli.Output;

/// <summary>Entries of a point as <c>ls -l</c> would show them, and in JSON.</summary>
internal static class EntryWords
{
    /// <summary>Above <see cref="Line"/>.</summary>
    public static string Header { get; } = $"{"MODE",-10}  {"OWNER",-17}  {"SIZE",9}  {"CHANGED",-16}";

    public static string Mode(uint mode)
    {
        Span<char> text = ['?', 'r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'];
        text[0] = (mode & 0xf000) switch
        {
            0x8000 => '-',
            0x4000 => 'd',
            0xa000 => 'l',
            0x1000 => 'p',
            0xc000 => 's',
            0x2000 => 'c',
            0x6000 => 'b',
            _ => '?',
        };
        for (int bit = 0; bit < 9; bit++)
            if ((mode >> (8 - bit) & 1) == 0) text[1 + bit] = '-';
        if ((mode & 0x800) != 0) text[3] = text[3] == 'x' ? 's' : 'S';
        if ((mode & 0x400) != 0) text[6] = text[6] == 'x' ? 's' : 'S';
        if ((mode & 0x200) != 0) text[9] = text[9] == 'x' ? 't' : 'T';
        return text.ToString();
    }

    public static string Owner(Ownership owner) =>
        $"{Name(owner.UserName, owner.UserId)} {Name(owner.GroupName, owner.GroupId)}";

    /// <summary>
    /// To the second, without a zone: this machine's. Years that the calendar has no number for as seconds.
    /// </summary>
    public static string Time(long seconds) =>
        seconds is > -62_135_596_800 and < 253_402_300_799
            ? Words.Time(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : $"@{seconds}";

    public static string Line(ListedEntry entry, string name)
    {
        string link = entry.Fields.IsSymlink ? " -> " + PathText.Render(entry.LinkTarget) : "";
        string slash = entry.Fields.IsDirectory ? "/" : "";
        string size = entry.Fields.IsRegular ? Words.Size((long)entry.Fields.Size)
            : entry.Fields.IsDevice ? $"{entry.Fields.DeviceMajor},{entry.Fields.DeviceMinor}" : "";
        string marks = (entry.Fields.Marks & EntryMarks.ContentMissing) != 0 ? "  [content could not be read]"
            : (entry.Fields.Marks & EntryMarks.ChangedWhileRead) != 0 ? "  [changed while it was read]"
            : entry.IsWay ? "  [only the way to what was selected]" : "";
        return $"{Mode(entry.Fields.Mode)}  {Owner(entry.Owner),-17}  {size,9}  {Time(entry.Fields.MtimeSeconds),16}  "
            + $"{name}{slash}{link}{marks}";
    }

    public static void Write(Utf8JsonWriter json, ListedEntry entry)
    {
        json.WriteString("path"u8, PathText.Render(entry.Path));
        json.WriteString("type"u8, TypeOf(entry.Type));
        json.WriteNumber("size"u8, entry.Fields.Size);
        json.WriteString("mode"u8, Convert.ToString(entry.Fields.Mode & 0xfff, 8).PadLeft(4, '0'));
        json.WriteNumber("uid"u8, entry.Owner.UserId);
        json.WriteNumber("gid"u8, entry.Owner.GroupId);
        json.WriteString("user"u8, PathText.Render(entry.Owner.UserName));
        json.WriteString("group"u8, PathText.Render(entry.Owner.GroupName));
        json.WriteNumber("mtime"u8, entry.Fields.MtimeSeconds);
        json.WriteNumber("mtimeNanoseconds"u8, entry.Fields.MtimeNanoseconds);
        if (entry.Fields.IsSymlink) json.WriteString("target"u8, PathText.Render(entry.LinkTarget));
        if (entry.IsWay) json.WriteBoolean("isWay"u8, true);
    }

    private static string TypeOf(EntryType type) => type switch
    {
        EntryType.File => "file",
        EntryType.Directory => "folder",
        EntryType.SymbolicLink => "link",
        EntryType.Fifo => "fifo",
        EntryType.Socket => "socket",
        EntryType.CharacterDevice => "character-device",
        EntryType.BlockDevice => "block-device",
        _ => "unknown",
    };

    private static string Name(byte[] name, uint number) => name.Length > 0 ? PathText.Render(name) : number.ToString();
}
