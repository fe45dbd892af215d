namespace Coffer.Domain.Security.Operations;

/// <summary>
/// What makes a backup weaker, shorter or gone, or lets somebody do so. What each of them takes stands in
/// <see cref="OperationRule"/>. On disk, in PINs, approvals and token scopes: numbers are never reused.
/// </summary>
public enum CriticalOperation
{
    /// <summary>Stop protection of a backup item and delete its points; delete a point.</summary>
    DeleteData = 1,

    /// <summary>Stop protection and let the points that are there expire, or let the last of them go.</summary>
    RetainByPolicy = 2,
    ChangePassphrase = 3,

    /// <summary>Take a policy item, or all of a volume, off a policy.</summary>
    RemoveFromPolicy = 4,

    /// <summary>Leave out of the backup what was in it until now.</summary>
    AddExclusion = 5,
    ShortenRetention = 6,
    LowerFrequency = 7,

    /// <summary>Accept a backup of live files where a snapshot was asked for.</summary>
    LoosenSnapshots = 8,

    /// <summary>Unregister a machine that has points.</summary>
    Unregister = 9,

    /// <summary>Let a point that was held go by its policy again.</summary>
    RemoveHold = 10,

    /// <summary>Read an envelope that a change of passphrase has put out of use.</summary>
    FetchOldEnvelope = 11,

    /// <summary>Make a PIN: what opens the door to most of the others.</summary>
    CreatePin = 12,

    SecurityFeaturesOff = 20,
    SoftDeleteOff = 21,
    SoftDeleteShorter = 22,
    ImmutabilityDown = 23,

    /// <summary>Multi-user authorization off.</summary>
    MultiUserOff = 24,

    /// <summary>Multi-user authorization stays on and guards less by choice.</summary>
    MultiUserGuardsLess = 25,
    LowerMinimumRetention = 26,

    /// <summary>
    /// Make an account a Security Administrator, or let one's second factor be set anew: who could do so alone could be
    /// two persons, and approve what they ask for.
    /// </summary>
    AddApprover = 27,
}
