using Coffer.Cli.Output;
using Coffer.Vault.Scrubbing;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>A pack that was found damaged, in words and as an object.</summary>
internal static class DamagedPack
{
    public static void Tell(Printer printer, PackFinding finding)
    {
        string what = finding.Fate switch
        {
            PackFate.Reinstated => "it had been set aside and counts again",
            PackFate.Repaired => "its file was made what it was; nothing is lost",
            PackFate.Quarantined => $"set aside; of {Words.Count(finding.Frames, "piece")} in it"
                + $" {Words.Count(finding.Rescued)} stood and were copied,"
                + $" {Words.Count(finding.LostTotal)} are lost or in doubt",
            _ => $"{Words.Count(finding.LostTotal)} of {Words.Count(finding.Frames, "piece")} in it are damaged",
        };
        printer.Warning(
            "pack.damaged",
            $"Pack {Words.Short(finding.Pack.ToString())}:"
                + $" {(finding.Reason.Length > 0 ? finding.Reason : "it is whole again")}; {what}.",
            json =>
            {
                json.WriteString("pack"u8, finding.Pack.ToString());
                json.WriteString("keyspace"u8, finding.Keyspace.ToString());
                json.WriteString("fate"u8, finding.Fate.ToString().ToLowerInvariant());
                json.WriteNumber("frames"u8, finding.Frames);
                json.WriteNumber("rescued"u8, finding.Rescued);
                json.WriteNumber("lost"u8, finding.LostTotal);
                json.WriteStartArray("ids"u8);
                foreach (var id in finding.Lost) json.WriteStringValue(id.ToString());
                json.WriteEndArray();
            });
    }
}
