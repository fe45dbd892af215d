namespace Coffer.Domain.Security.Roles;

/// <summary>
/// What an account is in one vault. Each role may what the ones before it may, save that a Security Administrator
/// does not restore. On disk: numbers are never reused.
/// </summary>
public enum Role
{
    /// <summary>Sees; changes nothing and reads no backed-up data.</summary>
    BackupReader = 1,

    /// <summary>Runs backups and restores, and undoes deletions.</summary>
    BackupOperator = 2,

    /// <summary>Decides what is protected, how long, and what is deleted.</summary>
    BackupContributor = 3,

    /// <summary>Decides who may what, and holds the switches.</summary>
    SecurityAdministrator = 4,
}
