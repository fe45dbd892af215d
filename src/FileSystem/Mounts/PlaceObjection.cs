namespace Coffer.FileSystem.Mounts;

/// <summary>Why a folder cannot be used.</summary>
/// <param name="Reason">The end of a sentence: "it lies on a removable disk".</param>
/// <param name="Cure">What to do about it, in whole sentences.</param>
public sealed record PlaceObjection(string Reason, string Cure);
