using System.Text;
using Coffer.Domain;
using Coffer.Domain.Policies;
using Coffer.FileSystem;
using Coffer.FileSystem.Mounts;

namespace Coffer.Cli.Compose;

/// <summary>Tells when data and vault would be lost together.</summary>
internal static class DiskWarning
{
    /// <summary>Null where they lie on different disks, or where that cannot be told: of a served vault.</summary>
    public static string? For(ProtectionPolicy policy, string? vaultFolder, MountTable mounts)
    {
        if (vaultFolder is null) return null;
        if (SystemPaths.Resolve(ExistingPartOf(vaultFolder), out byte[] vault).IsError) return null;
        var vaultMount = mounts.Of(vault);
        foreach (var item in policy.Items)
        {
            string shown = PathText.Render(item.Path);
            if (SystemPaths.Resolve(item.Path, out byte[] path).IsError) continue;
            if (Disks.SharedBy(mounts, path, vault) is [var disk, ..])
                return $"The vault at {vaultFolder} lies on the same disk ({disk}) as {shown}:"
                    + " one dead disk takes both.";
            if (mounts.Of(path).Device == vaultMount.Device)
                return $"The vault at {vaultFolder} lies on the same file system as {shown}:"
                    + " they would be lost together.";
        }

        return null;
    }

    public static string Cure =>
        "Move it: copy the vault's folder to another disk, then `coffer protect --vault FOLDER`.";

    // A vault is made where the folder above it lies.
    private static byte[] ExistingPartOf(string folder)
    {
        byte[] part = Encoding.UTF8.GetBytes(folder);
        while (SystemPaths.Stat(part, out _).IsError && Path.GetDirectoryName(folder) is { } above)
            part = Encoding.UTF8.GetBytes(folder = above);
        return part;
    }
}
