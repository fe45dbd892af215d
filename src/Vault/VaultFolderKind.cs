namespace Coffer.Vault;

/// <summary>What a folder is to somebody who wants a vault there.</summary>
public enum VaultFolderKind
{
    Absent = 1,

    /// <summary>Empty, or a vault whose making was broken off before it held anything.</summary>
    Empty = 2,
    Vault = 3,

    /// <summary>Something else, which is left alone.</summary>
    Other = 4,
}
