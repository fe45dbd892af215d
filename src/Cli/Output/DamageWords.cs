using Coffer.Agent.Restores;
using Coffer.Agent.Verifying;
using Coffer.Contracts.Jobs;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Output;

/// <summary>What damage in the vault means for a file, for people; what did not open is told beside it.</summary>
internal static class DamageWords
{
    private const string ThisPoint = "this point";

    public static void Tell(Printer printer, RestoreFinding finding) =>
        printer.Warning(finding.Code, Sentence(finding.Code, finding.Path, ThisPoint, finding.Reason), json =>
        {
            json.WriteString("path"u8, finding.Path);
            json.WriteString("reason"u8, finding.Reason);
        });

    public static void Tell(Printer printer, VerifyFinding finding) =>
        printer.Warning(finding.Code, Sentence(finding.Code, finding.Path, PointOf(finding), finding.Reason), json =>
        {
            json.WriteString("path"u8, finding.Path);
            json.WriteString("point"u8, finding.Point.ToString());
            json.WriteString("reason"u8, finding.Reason);
        });

    public static JobFinding ForJob(RestoreFinding finding) => new(
        finding.Code, finding.Path, Predicate(finding.Code, finding.Path, ThisPoint, finding.Reason));

    public static JobFinding ForJob(VerifyFinding finding) => new(
        finding.Code,
        finding.Path.Length > 0 ? finding.Path : PointOf(finding),
        $"{Predicate(finding.Code, finding.Path, PointOf(finding), finding.Reason)} ({finding.Reason})");

    private static string PointOf(VerifyFinding finding) => $"point {Words.Short(finding.Point.ToString())}";

    private static string Sentence(string code, string path, string point, string reason)
    {
        string subject = code is "changes.damaged" or "point.damaged" ? char.ToUpperInvariant(point[0]) + point[1..]
            : code is "file.damaged" or "listing.damaged" ? path
            : path + ":";
        return $"{subject} {Predicate(code, path, point, reason)}";
    }

    private static string Predicate(string code, string path, string point, string reason) => code switch
    {
        "file.damaged" => $"cannot be restored from {point}: its data is missing or damaged in the vault;"
            + $" `coffer versions {PathText.AsWord(path)}` lists others",
        "listing.damaged" => $"and what is listed after it cannot be restored from {point}: that part of the listing"
            + $" is missing or damaged in the vault; `coffer versions {PathText.AsWord(path)}` looks in the others",
        "changes.damaged" => "can be restored, but what the next backup compares with is missing or damaged:"
            + " it reads those files again",
        "point.damaged" => "cannot be restored: it is missing or damaged in the vault; `coffer points` lists others",
        _ => reason,
    };
}
