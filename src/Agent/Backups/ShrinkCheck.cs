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
            $"holds {now.Files} files, {now.Bytes} bytes; the last point had {last.Files} files, {last.Bytes} bytes");
    }
}
