using System.Text.Json;
using Coffer.Agent.Doctor;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Doctor;

/// <summary>
/// <c>coffer doctor</c>: a line for each thing that backup and restore need. Ends with 0 where all is well, 3 where
/// something should be done, 1 where backup or restore does not work as it is.
/// </summary>
internal sealed class DoctorCommand() : CofferCommand(
    "doctor", "Look at all that backup and restore need; say what is wrong and what cures it",
    "coffer doctor", "coffer doctor --json")
{
    public override async Task<Outcome> RunAsync(Invocation invocation)
    {
        var printer = invocation.Printer;
        var lines = await DoctorRun.RunAsync(
            invocation,
            name =>
            {
                if (printer is { DrawsProgress: true, IsJson: false }) printer.Progress($"looking at {name} …");
            },
            line => Tell(printer, line));
        int failed = lines.Count(line => line.Result.Grade == CheckGrade.Failed);
        int warned = lines.Count(line => line.Result.Grade == CheckGrade.Warning);
        printer.Line(failed + warned == 0
            ? $"All is well: {Words.Count(lines.Count, "check")}."
            : $"{Words.Count(lines.Count, "check")}: {Words.Count(failed)} failed, {Words.Count(warned, "warning")}.");
        var code = failed > 0 ? ExitCode.Failed : warned > 0 ? ExitCode.CompletedWithWarnings : ExitCode.Completed;
        return new Outcome(code, json =>
        {
            json.WriteNumber("checks"u8, lines.Count);
            json.WriteNumber("failed"u8, failed);
            json.WriteNumber("warnings"u8, warned);
        });
    }

    public static void Write(Utf8JsonWriter json, DoctorLine line)
    {
        json.WriteString("name"u8, line.Name);
        json.WriteString("grade"u8, WordOf(line.Result.Grade));
        json.WriteString("found"u8, line.Result.Found);
        json.WriteString("code"u8, line.Result.Code);
        json.WriteString("cure"u8, line.Result.Cure);
    }

    private static void Tell(Printer printer, DoctorLine line)
    {
        if (printer is { DrawsProgress: true, IsJson: false }) printer.Progress("");
        printer.Line($"{WordOf(line.Result.Grade),-7}  {line.Name,-12}  {line.Result.Found}");
        if (line.Result.Cure.Length > 0) printer.Line($"{"",-7}  {"",-12}  {line.Result.Cure} [{line.Result.Code}]");
        printer.Event("check", json => Write(json, line));
        printer.Flush();
    }

    private static string WordOf(CheckGrade grade) => grade switch
    {
        CheckGrade.Good => "ok",
        CheckGrade.Skipped => "skipped",
        CheckGrade.Note => "note",
        CheckGrade.Warning => "warning",
        _ => "failed",
    };
}
