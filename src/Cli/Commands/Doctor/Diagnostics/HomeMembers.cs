using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Cli.Commands.Settings;
using Coffer.Cli.Output;
using Coffer.Cli.Shell;
using Coffer.Domain;
using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Commands.Doctor.Diagnostics;

/// <summary>
/// What this machine's home and system tell, written member by member: no file of the home goes into an archive as it
/// lies there.
/// </summary>
internal sealed class HomeMembers(AgentHome home, Names names)
{
    private static readonly string[] s_prefixes = ["COFFER_", "DOTNET_"];

    public void Versions(Utf8JsonWriter json)
    {
        json.WriteString("coffer"u8, DoctorRun.Version);
        json.WriteString("runtime"u8, Environment.Version.ToString());
        json.WriteString("system"u8, System.Runtime.InteropServices.RuntimeInformation.OSDescription);
        json.WriteString("kernel"u8, Environment.OSVersion.Version.ToString());
        json.WriteString(
            "architecture"u8, System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString());
        json.WriteNumber("processors"u8, Environment.ProcessorCount);
        json.WriteNumber("memoryBytes"u8, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteNumber("user"u8, MachineFacts.EffectiveUid);
        json.WriteNumber("upSeconds"u8, (long)MachineFacts.BootClock.TotalSeconds);
        json.WriteString("timeZone"u8, TimeZoneInfo.Local.Id);
        // Which are set, not to what: a proxy's address may hold a password there.
        json.WriteStartArray("variables"u8);
        foreach (string name in Environment.GetEnvironmentVariables().Keys.OfType<string>().Where(IsOurs).Order())
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    public void Settings(Utf8JsonWriter json)
    {
        var settings = home.ReadSettings();
        json.WriteBoolean("isCacheChosen"u8, settings.Cache is not null);
        json.WriteString("proxy"u8, settings.Proxy?.Address.GetLeftPart(UriPartial.Authority));
        json.WriteBoolean("hasProxyUser"u8, settings.Proxy?.User is not null);
        json.WriteBoolean("hasHookBefore"u8, settings.Hooks.Before is not null);
        json.WriteBoolean("hasHookAfter"u8, settings.Hooks.After is not null);
        json.WriteNumber("localPoints"u8, settings.LocalPoints);
        json.WriteString("throttle"u8, ThrottleWords.Of(settings.Throttle));
    }

    public void Machine(Utf8JsonWriter json)
    {
        var machine = home.ReadMachine();
        json.WriteBoolean("isRegistered"u8, machine is not null);
        json.WriteBoolean("isRegistering"u8, home.IsRegistering());
        json.WriteBoolean("isPassphraseHere"u8, home.HoldsPassphrase);
        if (machine is null) return;
        json.WriteString("machine"u8, machine.Id.ToString());
        json.WriteString("name"u8, machine.Name);
        json.WriteString("keyspace"u8, machine.Keyspace.ToString());
        json.WriteString("vault"u8, machine.Vault.ToString());
        json.WriteString("place"u8, machine.Place.ToString());
        json.WriteString("pin"u8, machine.Place.Service?.Pin is { } pin ? Convert.ToHexStringLower(pin) : null);
    }

    public void Policy(Utf8JsonWriter json)
    {
        var policy = home.ReadPolicy();
        if (policy is not null)
        {
            json.WriteNumber("version"u8, policy.Version);
            json.WriteString("snapshots"u8, policy.Snapshots.ToString());
            json.WriteStartArray("paths"u8);
            foreach (var item in policy.Items) json.WriteStringValue(names.Of(PathText.Render(item.Path)));
            json.WriteEndArray();
            json.WriteStartArray("exclusions"u8);
            foreach (var pattern in policy.Exclusions) json.WriteStringValue(names.Of(PathText.Render(pattern.Text)));
            json.WriteEndArray();
        }

        json.WriteStartArray("sources"u8);
        foreach (var source in home.ReadSources())
        {
            json.WriteStartObject();
            json.WriteString("id"u8, source.Id.ToString());
            json.WriteString("label"u8, names.Of(source.Label));
            json.WriteString("fileSystem"u8, source.Volume.FileSystem);
            json.WriteString("uuid"u8, source.Volume.Uuid);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void Files(Utf8JsonWriter json)
    {
        json.WriteString("home"u8, home.Folder);
        json.WriteStartArray("files"u8);
        foreach (var file in home.List())
        {
            json.WriteStartObject();
            json.WriteString("path"u8, file.Path);
            json.WriteString("type"u8, file.Metadata.Type.ToString());
            json.WriteString("mode"u8, Convert.ToString(file.Metadata.Mode, 8));
            json.WriteNumber("owner"u8, file.Metadata.Uid);
            json.WriteNumber("size"u8, file.Metadata.Size);
            json.WriteNumber("modified"u8, file.Metadata.Modified.Seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Neither sources nor options: those name servers, users and worse.</summary>
    public void Mounts(Utf8JsonWriter json)
    {
        json.WriteStartArray("mounts"u8);
        foreach (var mount in MountTable.Read().Mounts.Where(mount => !mount.IsPseudo))
        {
            json.WriteStartObject();
            json.WriteString("place"u8, names.Of(PathText.Render(mount.MountPoint)));
            json.WriteString("type"u8, mount.FileSystemType);
            json.WriteString("class"u8, mount.Class.ToString());
            json.WriteBoolean("isReadOnly"u8, mount.IsReadOnly);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool IsOurs(string name) =>
        s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))
        || name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase);
}
