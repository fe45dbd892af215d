namespace Coffer.Format.Points;

/// <summary>
/// What told the volume of a data source when a point was made. A part that could not be seen is empty, and what is
/// empty is not compared; the mount path never is.
/// </summary>
/// <param name="FileSystem">Type as the system names it: <c>ext4</c>.</param>
/// <param name="Uuid">Lower case with dashes.</param>
/// <param name="Subvolume">Subvolume or dataset id.</param>
/// <param name="Root">The volume's root within its file system, as a bind mount shows it.</param>
/// <param name="MountPath">Where it was mounted, as raw bytes.</param>
public sealed record VolumeDescription(
    string FileSystem, string Uuid, string Subvolume, byte[] Root, byte[] MountPath);
