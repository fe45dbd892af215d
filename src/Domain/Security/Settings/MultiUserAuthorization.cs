using Coffer.Domain.Security.Operations;

namespace Coffer.Domain.Security.Settings;

/// <summary>
/// The rule of two: what a second person has to approve. While on, the switches that hold everything else up are
/// always guarded; the three here are by choice.
/// </summary>
/// <param name="GuardsPin">Guards the getting of a PIN, and so everything that needs one.</param>
public sealed record MultiUserAuthorization(bool IsOn, bool GuardsDelete, bool GuardsShorterRetention, bool GuardsPin)
{
    public static MultiUserAuthorization Off { get; } = new(false, false, false, false);

    /// <summary>Whether what is guarded so needs the second person in this vault.</summary>
    public bool Guards(MultiUserGuard guard) => IsOn && guard switch
    {
        MultiUserGuard.Never => false,
        MultiUserGuard.IfDeleteIsGuarded => GuardsDelete,
        MultiUserGuard.IfShorterRetentionIsGuarded => GuardsShorterRetention,
        MultiUserGuard.IfPinIsGuarded => GuardsPin,
        _ => true,
    };

    /// <summary>Whether something that <paramref name="other"/> guards by choice is not guarded here.</summary>
    public bool GuardsLessThan(MultiUserAuthorization other) =>
        (other.GuardsDelete && !GuardsDelete)
        || (other.GuardsShorterRetention && !GuardsShorterRetention)
        || (other.GuardsPin && !GuardsPin);
}
