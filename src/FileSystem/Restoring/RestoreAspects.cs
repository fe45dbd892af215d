namespace Coffer.FileSystem.Restoring;

/// <summary>Which metadata a restore gives back. Without owner and mode, entries look like newly made ones.</summary>
[Flags]
public enum RestoreAspects
{
    None = 0,
    Owner = 1,
    Mode = 2,
    Xattrs = 4,
    Times = 8,
    InodeFlags = 16,
    All = Owner | Mode | Xattrs | Times | InodeFlags,

    /// <summary>"Do not restore permissions".</summary>
    WithoutPermissions = Times,
}

/// <summary>What of an entry the target did not take.</summary>
public enum ShortfallKind : byte
{
    Owner = 1,

    /// <summary>Set-user and set-group bits, left out because the owner could not be set.</summary>
    SetIdBits = 2,
    Mode = 3,
    Xattr = 4,
    Times = 5,
    InodeFlags = 6,
    ProjectId = 7,
}

/// <summary>One thing that a target file system or the lack of a privilege kept from being restored.</summary>
/// <param name="Detail">The attribute's name, where it is one.</param>
public readonly record struct Shortfall(ShortfallKind What, string Detail, OsError Error);

/// <summary>All metadata that an entry is to have once it is restored.</summary>
public readonly record struct WantedMetadata
{
    /// <summary>Type, mode, owner, size, modification time and device numbers are used.</summary>
    public required FileMetadata Basic { get; init; }

    /// <summary>Null is none.</summary>
    public XattrSet? Xattrs { get; init; }

    public InodeFlags InodeFlags { get; init; }

    public uint ProjectId { get; init; }

    internal bool HasAccessList => Xattrs is { } set && set.IndexOf("system.posix_acl_access"u8) >= 0;
}
