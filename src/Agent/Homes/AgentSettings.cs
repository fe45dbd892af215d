using Coffer.Agent.Caching.Places;
using Coffer.Agent.Throttling;
using Coffer.Domain.Throttling;
using Coffer.Format.Records;

namespace Coffer.Agent.Homes;

/// <summary>
/// What was set on this machine and for it alone: <c>settings.json</c> in its home. Nothing here ever comes from a
/// vault or goes to one: whoever holds the vault must not turn this machine's lines and folders.
/// </summary>
public sealed record AgentSettings
{
    public static AgentSettings None { get; } = new();

    /// <summary>Null: straight to the vault.</summary>
    public ProxySetting? Proxy { get; init; }

    /// <summary>Where the cache lies; null: in the home.</summary>
    public CacheSetting? Cache { get; init; }

    /// <summary>
    /// Where a cache lay before, or was about to lie: what Coffer put there goes after the next good backup.
    /// </summary>
    public IReadOnlyList<CacheSetting> LeftCaches { get; init; } = [];

    /// <summary>Null: as fast as the line takes it.</summary>
    public ThrottleRules? Throttle { get; init; }

    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        CacheSetting.Write(json, Cache, LeftCaches);
        if (Proxy is not null) json.WriteString("proxy"u8, Proxy.Address.ToString());
        if (Proxy?.User is not null) json.WriteString("proxyUser"u8, Proxy.User);
        if (Throttle is not null) ThrottleCodec.Write(json, Throttle);
    });

    internal static AgentSettings Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new AgentSettings
        {
            Cache = CacheSetting.Read(root),
            LeftCaches = CacheSetting.ReadLeft(root),
            Proxy = root.TryChild("proxy", out _)
                ? new ProxySetting(
                    new Uri(root.Text("proxy")), root.TryChild("proxyUser", out _) ? root.Text("proxyUser") : null)
                : null,
            Throttle = ThrottleCodec.Read(root),
        });
}

/// <summary>A proxy as it is shown; its password lies with the keys.</summary>
public sealed record ProxySetting(Uri Address, string? User);
