using System.Text;
using Coffer.Domain;

namespace Coffer.Cli.Commands.Antivirus;

/// <summary>Exclusions as scanners take them: to be looked at, and then given as they are.</summary>
internal static class ScannerCommands
{
    private const string ClamConfiguration = "/etc/clamav/clamd.conf";

    /// <summary>For Microsoft Defender: the one of Windows, or the one of Linux (mdatp).</summary>
    public static IEnumerable<string> Defender(ScannerExclusions exclusions, bool isWindows)
    {
        foreach (var folder in exclusions.Folders)
            yield return isWindows
                ? $"Add-MpPreference -ExclusionPath {PowerShellWord(folder.Path)}"
                : $"mdatp exclusion folder add --path {PathText.AsWord(folder.Path.TrimEnd('/') + "/")}";
        foreach (var process in exclusions.Processes)
            yield return isWindows
                ? $"Add-MpPreference -ExclusionProcess {PowerShellWord(process.Path)}"
                : $"mdatp exclusion process add --path {PathText.AsWord(process.Path)}";
    }

    /// <summary>
    /// For ClamAV, which knows no processes: clamd.conf(5). Its scan takes regular expressions; its watch plain paths,
    /// which must have no blank.
    /// </summary>
    public static IEnumerable<string> ClamAv(ScannerExclusions exclusions)
    {
        foreach (var folder in exclusions.Folders)
        {
            yield return Appending($"ExcludePath {Expression(folder.Path)}");
            if (!folder.Path.Contains(' ')) yield return Appending($"OnAccessExcludePath {folder.Path}");
        }

        yield return "systemctl restart clamav-daemon";
    }

    private static string Appending(string line) => $"printf '%s\\n' {PathText.AsWord(line)} >> {ClamConfiguration}";

    // Values end at a blank: any sign stands for it.
    private static string Expression(string path)
    {
        var text = new StringBuilder("^");
        foreach (char sign in path.TrimEnd('/'))
        {
            if (sign == ' ') text.Append('.');
            else if (@"\.[]{}()*+?^$|".Contains(sign, StringComparison.Ordinal)) text.Append('\\').Append(sign);
            else text.Append(sign);
        }

        return text.Append('/').ToString();
    }

    private static string PowerShellWord(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
