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

    /// <summary>What is taken of policies that were edited at the vault.</summary>
    public PortalEdits PortalEdits { get; init; } = PortalEdits.ScheduleAndRetention;

    internal byte[] Encode() => CanonicalJson.Write(json =>
    {
        if (PortalEdits != PortalEdits.ScheduleAndRetention) json.WriteString("portalEdits"u8, TextOf(PortalEdits));
        if (Proxy is null) return;
        json.WriteString("proxy"u8, Proxy.Address.ToString());
        if (Proxy.User is not null) json.WriteString("proxyUser"u8, Proxy.User);
    });

    internal static AgentSettings Decode(byte[] bytes, string place) =>
        CanonicalJson.Read(bytes, place, static root => new AgentSettings
        {
            Proxy = root.TryChild("proxy", out _)
                ? new ProxySetting(
                    new Uri(root.Text("proxy")), root.TryChild("proxyUser", out _) ? root.Text("proxyUser") : null)
                : null,
            PortalEdits = root.TryChild("portalEdits", out _)
                ? PortalEditsOf(root.Text("portalEdits")) ?? throw new FormatException("no such portal edits")
                : PortalEdits.ScheduleAndRetention,
        });

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
