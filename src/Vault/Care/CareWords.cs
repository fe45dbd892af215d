using System.Globalization;
using Coffer.Domain;
using Coffer.Vault.Scrubbing;

namespace Coffer.Vault.Care;

/// <summary>What is found in a vault, in words: the same whoever looked.</summary>
public static class CareWords
{
    private const int PointsShown = 10;
    private const int ShortLength = 12;

    public static string Of(PackFinding finding)
    {
        string what = finding.Fate switch
        {
            PackFate.Reinstated => "it had been set aside and counts again",
            PackFate.Repaired => "its file was made what it was; nothing is lost",
            PackFate.Quarantined => $"set aside; of {Count(finding.Frames, "piece")} in it {Count(finding.Rescued)}"
                + $" stood and were copied, {Count(finding.LostTotal)} are lost or in doubt",
            _ => $"{Count(finding.LostTotal)} of {Count(finding.Frames, "piece")} in it are damaged",
        };
        return $"Pack {Short(finding.Pack)}:"
            + $" {(finding.Reason.Length > 0 ? finding.Reason : "it is whole again")}; {what}.";
    }

    public static string Of(Checking.HurtPoint point)
    {
        string what = point.Reason.Length > 0
            ? point.Reason
            : $"it needs {Count(point.AbsentTotal, "piece")} of which the vault has no sound copy";
        string time = point.ReceivedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"Point {Short(point.Point)} of {point.SourceLabel} ({time}):"
            + $" {what}{(point.IsGivenUp ? "; given up" : "")}.";
    }

    /// <param name="why">Of <see cref="Collecting.CollectionReport.Stopped"/>.</param>
    /// <param name="points">For whose sake nothing is deleted, where it is for some.</param>
    public static string Stopped(string why, IReadOnlyList<ObjectId> points)
    {
        string more = points.Count > PointsShown ? $" and {Count(points.Count - PointsShown)} more" : "";
        string cure = points.Count == 0
            ? ""
            : $" Needed by {string.Join(", ", points.Take(PointsShown).Select(Short))}{more}:"
                + " `coffer backup` sends again what is still there; `coffer vault give-up POINT` does without.";
        return $"Nothing is deleted: {why}.{cure}";
    }

    /// <summary>What a recovery did, a line each; what is amiss is told apart.</summary>
    public static IEnumerable<string> Done(Recovering.RecoverReport report)
    {
        if (report.WasSound) yield return "Catalog and indexes were sound; nothing was changed.";
        if (report.IsFileNew) yield return "The vault's own file, vault.json, was made anew.";
        if (report.Catalog.Length > 0) yield return $"The catalog was made anew: {report.Catalog}.";
        foreach (var (_, why) in report.Indexes) yield return $"An index was made anew: {why}.";
        foreach (string kept in report.KeptAside) yield return $"Kept for inspection: {kept}";
    }

    /// <summary>What is missing after a recovery: code, words, and what it is about.</summary>
    public static IEnumerable<(string Code, string Text, string Member, string Value)> Amiss(
        Recovering.RecoverReport report)
    {
        foreach (var point in report.WithoutFile)
            yield return ("point.gone", $"Of point {Short(point)} only the record is left, or it was never finished;"
                + " its file is missing.", "point", point.ToString());
        foreach (string record in report.DamagedRecords)
            yield return ("record.damaged", $"What the vault had noted in {record} cannot be read: see whether points,"
                + " holds and deletions are as they should be.", "record", record);
        foreach (var finding in report.Findings)
            yield return ("pack.damaged", $"Pack {Short(finding.Pack)}: {finding.Reason};"
                + $" {Count(finding.LostTotal)} of {Count(finding.Frames, "piece")} are lost or in doubt.",
                "pack", finding.Pack.ToString());
    }

    internal static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Count(long number, string one) => $"{Count(number)} {one}{(number == 1 ? "" : "s")}";

    private static string Short(ObjectId id) => id.ToString()[..ShortLength];
}
