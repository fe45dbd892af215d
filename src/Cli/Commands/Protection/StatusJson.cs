using System.Text.Json;
using Coffer.Agent.Policies;
using Coffer.Cli.Commands.Jobs;
using Coffer.Cli.Commands.Protection.Stopping;
using Coffer.Cli.Output;
using Coffer.Domain;
using Coffer.FileSystem;

namespace Coffer.Cli.Commands.Protection;

/// <summary>The status as the result of <c>--json</c>.</summary>
internal static class StatusJson
{
    public static void Write(
        Utf8JsonWriter json, StatusFacts facts, IReadOnlyList<(string Code, string Text)> warnings)
    {
        json.WriteBoolean("isRegistered"u8, true);
        json.WriteString("machine"u8, facts.Machine.Id.ToString());
        json.WriteString("name"u8, facts.Machine.Name);
        json.WriteString("vault"u8, facts.Machine.Place.ToString());
        json.WriteStartArray("paths"u8);
        foreach (var item in facts.Policy?.Items ?? []) json.WriteStringValue(PathText.Render(item.Path));
        json.WriteEndArray();
        json.WriteStartArray("stopped"u8);
        foreach (var line in facts.Lines)
            if (line.Stopped is { } stopped) Write(json, line, stopped);
        json.WriteEndArray();
        json.WriteNumber("points"u8, facts.Points.Count);
        json.WriteString(
            "oldestPoint"u8, facts.Points.Count == 0 ? null : Words.Iso(facts.Points.Min(p => p.ReceivedAt)));
        json.WriteString(
            "latestPoint"u8, facts.Points.Count == 0 ? null : Words.Iso(facts.Points.Max(p => p.ReceivedAt)));
        json.WriteNumber("localPoints"u8, facts.LocalPoints.Count);
        json.WriteBoolean("isRunning"u8, facts.Running is not null);
        json.WriteString("lastRun"u8, facts.LastBackup is { } last ? Words.Iso(last.StartedAt) : null);
        json.WriteString("lastState"u8, facts.LastBackup is { } state ? JobWords.Of(state.State) : null);
        json.WriteNumber("lastFindings"u8, facts.LastBackup?.FindingsTotal ?? 0);
        json.WriteString("lastVerify"u8, facts.LastVerify is { } verify ? Words.Iso(verify.StartedAt) : null);
        json.WriteString("lastVerifyState"u8, facts.LastVerify is { } done ? JobWords.Of(done.State) : null);
        json.WriteString("lastFullCheck"u8, facts.Vault.LastFullCheck is { } full ? Words.Iso(full) : null);
        json.WriteNumber("storedBytes"u8, facts.Vault.StoredBytes);
        json.WriteNumber("freeBytes"u8, facts.Vault.FreeBytes);
        json.WriteStartArray("warnings"u8);
        foreach (var (code, _) in warnings) json.WriteStringValue(code);
        json.WriteEndArray();
    }
    private static void Write(Utf8JsonWriter json, ProtectedLine line, StoppedSource stopped)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, PathText.Render(line.Path));
        json.WriteString("source"u8, stopped.Id.ToString());
        json.WriteString("label"u8, stopped.Label);
        json.WriteString("protection"u8, ProtectionWords.NameOf(stopped.State));
        json.WriteEndObject();
    }
}
