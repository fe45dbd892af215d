using System.CommandLine;
using System.Text.Json;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Antivirus;

/// <summary><c>coffer antivirus</c>: what a virus scanner had better leave alone on this machine.</summary>
internal sealed class AntivirusCommand : CofferCommand
{
    private const string Advice = "Suggestions: what a scanner has to leave alone, its vendor decides on."
        + " Exclude only folders in which nobody but administrators, or Coffer's own user, may write.";

    private static readonly string[] s_attempts =
    [
        "See which files it is: `coffer job show` names them, the scanner's own log should too.",
        "Give the scanner these exclusions, and back up again.",
        "Turn its real-time protection off for one backup, as a test, and on again.",
        "If that helped, ask its vendor; if not, look at SELinux (ausearch -m avc), AppArmor (dmesg), and the disk.",
    ];

    private readonly Option<string?> _role = new("--for")
    {
        Description = "What this machine is; else what is found here",
        HelpName = $"{MachineRoles.Agent}|{MachineRoles.Vault}|{MachineRoles.BackupServer}",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Of a served vault: the folder given to `coffer-vault serve`; else COFFER_VAULT_DATA",
        HelpName = "DIR",
    };

    public AntivirusCommand()
        : base("antivirus", "Tell what a virus scanner should leave alone here",
            "coffer antivirus", "coffer antivirus --for vault --data /srv/coffer", "coffer antivirus --json")
    {
        Add(_role);
        Add(_data);
        _role.AcceptOnlyFromAmong(MachineRoles.Agent, MachineRoles.Vault, MachineRoles.BackupServer);
    }

    public override Task<Outcome> RunAsync(Invocation invocation)
    {
        var exclusions = MachineRoles.Exclusions(
            invocation.Home, invocation.Value(_role), invocation.Value(_data));
        string[] defender = [.. ScannerCommands.Defender(exclusions, OperatingSystem.IsWindows())];
        string[] clamAv = [.. ScannerCommands.ClamAv(exclusions)];
        Tell(invocation.Printer, exclusions, defender, clamAv);
        return Task.FromResult(new Outcome(ExitCode.Completed, json =>
        {
            json.WriteString("advice"u8, Advice);
            Write(json, "folders", exclusions.Folders);
            Write(json, "processes", exclusions.Processes);
            json.WriteStartObject("commands"u8);
            Write(json, "defender", defender);
            Write(json, "clamav", clamAv);
            json.WriteEndObject();
            Write(json, "attempts", s_attempts);
        }));
    }

    private static void Tell(Printer printer, ScannerExclusions exclusions, string[] defender, string[] clamAv)
    {
        printer.Line(Advice);
        Section(printer, "Folders, with all below them",
            exclusions.Folders.Select(static folder => $"{folder.Path}   {folder.What}"));
        Section(printer, "Processes",
            exclusions.Processes.Select(static process => $"{process.Path}   {process.What}"));
        Section(printer, "Microsoft Defender", defender);
        Section(printer, "ClamAV", clamAv);
        Section(printer, "Where a backup is refused files that its user may read, or fails now and then",
            s_attempts.Select(static (text, i) => $"{i + 1}. {text}"));
    }

    private static void Section(Printer printer, string title, IEnumerable<string> lines)
    {
        printer.Line();
        printer.Line(title);
        foreach (string line in lines) printer.Line($"  {line}");
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Exclusion> exclusions)
    {
        json.WriteStartArray(name);
        foreach (var exclusion in exclusions)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, exclusion.Path);
            json.WriteString("what"u8, exclusion.What);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string[] lines)
    {
        json.WriteStartArray(name);
        foreach (string line in lines) json.WriteStringValue(line);
        json.WriteEndArray();
    }
}
