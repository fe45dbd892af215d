using System.Text.Json;
using Coffer.Agent.Homes;
using Coffer.Cli.Shell;

namespace Coffer.Cli.Commands.Settings;

/// <summary>Where the cache lies, in <c>coffer settings</c>.</summary>
internal static class CacheWords
{
    public static void Tell(Invocation invocation, AgentSettings settings)
    {
        invocation.Printer.Line(settings.Cache is { } cache
            ? $"Cache   {cache.Folder}"
            : $"Cache   {invocation.Home.DefaultCacheFolder}, in the home");
        foreach (var left in settings.LeftCaches)
            invocation.Printer.Line($"        {left.Folder} is left behind and goes after the next good backup");
    }

    public static void Write(Utf8JsonWriter json, AgentHome home, AgentSettings settings)
    {
        json.WriteString("cache"u8, settings.Cache?.Folder ?? home.DefaultCacheFolder);
        json.WriteBoolean("isCacheChosen"u8, settings.Cache is not null);
        json.WriteStartArray("cachesLeft"u8);
        foreach (var left in settings.LeftCaches) json.WriteStringValue(left.Folder);
        json.WriteEndArray();
    }
}
