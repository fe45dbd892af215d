namespace Coffer.Storage.Folders;

/// <summary>The user and group that own a vault's folder.</summary>
/// <param name="UserName">For messages; the number where the system knows no name.</param>
public sealed record FolderOwner(uint User, uint Group, string UserName);
