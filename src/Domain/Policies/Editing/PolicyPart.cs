namespace Coffer.Domain.Policies.Editing;

/// <summary>What of a policy an edit that was made at the vault changes. On disk: numbers are never reused.</summary>
public enum PolicyPart
{
    Schedule = 1,
    Retention = 2,
    Items = 3,
    Exclusions = 4,
    CacheFolders = 5,
    Snapshots = 6,
}
