using System.Globalization;
using System.Text.Json;

namespace Coffer.FileSystem.Snapshots.Lvm;

/// <summary>A logical volume as <c>lvs --reportformat json</c> tells it (lvmreport(7), lvs(8)).</summary>
/// <param name="Attributes">The ten letters of <c>lv_attr</c>.</param>
/// <param name="Origin">Of a snapshot the name of its volume, in the same group; else empty.</param>
/// <param name="DataPercent">How full a snapshot or pool is; null where there is no such figure.</param>
/// <param name="DevicePath">Below /dev/mapper.</param>
internal sealed record LogicalVolume(
    string Uuid, string Group, string Name, string Attributes, long SizeBytes, string Origin, string Pool,
    decimal? DataPercent, long FreeExtents, long ExtentBytes, string DevicePath)
{
    private const int AttributesLength = 10, StateAt = 4, HealthAt = 8;

    /// <summary>What to ask for.</summary>
    public static string[] Question { get; } =
    [
        "--reportformat", "json", "--units", "b", "--nosuffix", "--options",
        "lv_uuid,vg_name,lv_name,lv_attr,lv_size,origin,pool_lv,data_percent,vg_free_count,vg_extent_size,lv_dm_path",
    ];

    public string FullName => $"{Group}/{Name}";

    public bool IsThin => Attributes[0] == 'V';

    /// <summary>One with room of its own for what is overwritten in its volume.</summary>
    public bool IsThickSnapshot => Attributes[0] == 's';

    public bool IsActive => Attributes[StateAt] == 'a';

    /// <summary>Nothing is missing or failed below it.</summary>
    public bool IsHealthy => Attributes[HealthAt] == '-';

    /// <exception cref="FormatException">Anything else than just that.</exception>
    public static IReadOnlyList<LogicalVolume> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var volumes = new List<LogicalVolume>();
            foreach (var report in document.RootElement.GetProperty("report").EnumerateArray())
                foreach (var row in report.GetProperty("lv").EnumerateArray()) volumes.Add(Of(row));
            return volumes;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException(e.Message, e);
        }
    }

    private static LogicalVolume Of(JsonElement row)
    {
        string attributes = Text(row, "lv_attr"), percent = Text(row, "data_percent");
        if (attributes.Length != AttributesLength) throw new FormatException($"lv_attr is '{attributes}'");
        return new LogicalVolume(
            Text(row, "lv_uuid"), Text(row, "vg_name"), Text(row, "lv_name"), attributes, Number(row, "lv_size"),
            Text(row, "origin"), Text(row, "pool_lv"), percent.Length == 0 ? null : Percent(percent),
            Number(row, "vg_free_count"), Number(row, "vg_extent_size"), Text(row, "lv_dm_path"));
    }

    // In this format all values are strings.
    private static string Text(JsonElement row, string name) =>
        row.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static long Number(JsonElement row, string name) =>
        long.TryParse(Text(row, name), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new FormatException($"{name} is no number");

    private static decimal Percent(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal percent)
            ? percent
            : throw new FormatException($"data_percent is '{text}'");
}
