using Coffer.Cli.Output;
using Coffer.Vault.Care;
using Coffer.Vault.Scrubbing;

namespace Coffer.Cli.Commands.VaultCare;

/// <summary>A pack that was found damaged, in words and as an object.</summary>
internal static class DamagedPack
{
    public static void Tell(Printer printer, PackFinding finding)
    {
        printer.Warning(
            "pack.damaged",
            CareWords.Of(finding),
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
