using Coffer.Domain.Wording;
using Coffer.Format.Points;

namespace Coffer.Agent.Backups;

/// <summary>A source that lost over nine tenths of its files or bytes since its last point deserves a look.</summary>
internal static class ShrinkCheck
{
    public static void Apply(RunFindings findings, PointStatistics last, PointStatistics now)
    {
        bool hasShrunk = now.Bytes * 10 < last.Bytes || now.Files * 10 < last.Files;
        if (!hasShrunk) return;
        findings.Add(
            "source.shrunk",
            default,
            $"holds {Told(now)}; the last point had {Told(last)}");
    }

    private static string Told(PointStatistics point) =>
        $"{Counted.Of(point.Files, "file")}, {Counted.Of(point.Bytes, "byte")}";
}
