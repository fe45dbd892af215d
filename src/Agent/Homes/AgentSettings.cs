using Coffer.Agent.Caching.Places;
using Coffer.Agent.Hooks;
using Coffer.Agent.LocalPoints;
using Coffer.Agent.Throttling;
using Coffer.Domain.Throttling;
using Coffer.Domain.Policies.Editing;
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

    /// <summary>Programs that run around each backup.</summary>
    public MachineHooks Hooks { get; init; } = MachineHooks.None;

    /// <summary>How many snapshots of each volume stay on the machine; 0: none.</summary>
    public int LocalPoints { get; init; }

    /// <summary>What is taken of policies that were edited at the vault.</summary>
    public PortalEdits PortalEdits { get; init; } = PortalEdits.ScheduleAndRetention;

    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        CacheSetting.Write(json, Cache, LeftCaches);
        HookCodec.Write(json, Hooks);
        if (LocalPoints != 0) json.WriteNumber("localPoints"u8, LocalPoints);
        if (PortalEdits != PortalEdits.ScheduleAndRetention) json.WriteString("portalEdits"u8, TextOf(PortalEdits));
        if (Proxy is not null) json.WriteString("proxy"u8, Proxy.Address.ToString());
        if (Proxy?.User is not null) json.WriteString("proxyUser"u8, Proxy.User);
        if (Throttle is not null) ThrottleCodec.Write(json, Throttle);
    });

    internal static AgentSettings Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new AgentSettings
        {
            Cache = CacheSetting.Read(root),
            LeftCaches = CacheSetting.ReadLeft(root),
            Hooks = HookCodec.Read(root),
            LocalPoints = root.TryChild("localPoints", out _) ? LocalPointsOf(root.Number("localPoints")) : 0,
            Proxy = root.TryChild("proxy", out _)
                ? new ProxySetting(
                    new Uri(root.Text("proxy")), root.TryChild("proxyUser", out _) ? root.Text("proxyUser") : null)
                : null,
            PortalEdits = root.TryChild("portalEdits", out _)
                ? PortalEditsOf(root.Text("portalEdits")) ?? throw new FormatException("no such portal edits")
                : PortalEdits.ScheduleAndRetention,
            Throttle = ThrottleCodec.Read(root),
        });

    private static int LocalPointsOf(long number) => number is >= 0 and <= LocalPointRules.Most
        ? (int)number
        : throw new FormatException("no such number of local points");

    public static string TextOf(PortalEdits edits) => edits switch
    {
        PortalEdits.All => "all",
        PortalEdits.ScheduleAndRetention => "schedule-and-retention",
        _ => "none",
    };

    /// <summary>As <see cref="TextOf"/> writes them; null: none of them.</summary>
    public static PortalEdits? PortalEditsOf(string text)
    {
        foreach (var edits in Enum.GetValues<PortalEdits>())
            if (TextOf(edits) == text) return edits;
        return null;
    }
}

/// <summary>A proxy as it is shown; its password lies with the keys.</summary>
public sealed record ProxySetting(Uri Address, string? User);
