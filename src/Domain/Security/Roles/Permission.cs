namespace Coffer.Domain.Security.Roles;

/// <summary>
/// One use case on a vault, of the management API, the portal or the console. Every endpoint names exactly one.
/// What needs more than a permission (a PIN, a second person) stands in <see cref="Operations.OperationRule"/>.
/// On disk, in token scopes: numbers are never reused.
/// </summary>
public enum Permission
{
    /// <summary>Protected servers, backup items, points and what they take.</summary>
    ViewItems = 1,
    ViewPolicies = 2,
    ViewJobs = 3,
    ViewAlerts = 4,
    ViewReports = 5,

    /// <summary>Properties, switches and the security level; no secrets.</summary>
    ViewSettings = 6,

    /// <summary>One's own password, second factor and addresses.</summary>
    ManageOwnAccount = 7,

    BackUpNow = 20,

    /// <summary>Any way to backed-up data: here, on another server, mounted, in the browser.</summary>
    Restore = 21,
    RunDrill = 22,

    /// <summary>Have the vault check, scrub or collect now, which it does by itself sooner or later.</summary>
    RunScrub = 23,
    CancelJob = 24,
    RegisterServer = 25,
    CreateCredentials = 26,

    /// <summary>Acknowledge and close alerts, with a note.</summary>
    AcknowledgeAlerts = 27,
    Undelete = 28,

    /// <summary>Keep a point whatever its policy says; only ever keeps more.</summary>
    HoldPoints = 29,

    EditPolicies = 40,

    /// <summary>Keep points longer than their policy does.</summary>
    ExtendPoints = 41,
    StopProtection = 42,
    ResumeProtection = 43,
    DeleteData = 44,
    CreatePin = 45,
    UnregisterServer = 46,
    ReleaseHolds = 47,

    /// <summary>Say that a point must not be chosen by default, or that a machine's frames are not believed.</summary>
    MarkSuspect = 48,
    EditAlertRules = 49,
    EditActionGroups = 50,

    /// <summary>Reports and summaries that are mailed.</summary>
    EditReports = 51,
    EditServerTags = 52,
    EditQuotas = 53,
    RaiseFloodLimit = 54,
    ImportSeed = 55,

    ManageUsers = 70,
    ManageTokens = 71,

    /// <summary>Security features, soft delete, minimum retention.</summary>
    ChangeSecuritySwitches = 72,
    ChangeImmutability = 73,
    ChangeMultiUserAuthorization = 74,

    /// <summary>Approve or deny what another one asked for.</summary>
    DecideApprovals = 75,

    /// <summary>Let a new key take over a known server.</summary>
    ApproveAdoption = 76,

    /// <summary>Read, export and verify the audit log.</summary>
    ReadAudit = 77,

    /// <summary>The networks that the vault answers, its address and its certificate.</summary>
    EditNetwork = 78,

    /// <summary>The mail server: who holds it can keep Security mail from leaving.</summary>
    EditMailServer = 79,

    /// <summary>End a doubt about the clock: expiry and purge go on from there.</summary>
    ConfirmTime = 80,

    /// <summary>Vaults that receive copies of this one.</summary>
    ManageReplicas = 81,
    CreateVault = 82,
    DeleteVault = 83,
}
