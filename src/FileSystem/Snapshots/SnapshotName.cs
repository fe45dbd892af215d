using System.Globalization;
using System.Security.Cryptography;
using Coffer.FileSystem.Machines;

namespace Coffer.FileSystem.Snapshots;

/// <summary>
/// Names of snapshots that LVM and ZFS hold beside those of others: <c>coffer.PID.TICKS.BOOT.RANDOM</c>. Process, start
/// and boot tell a snapshot of a run that was killed from one in use. Dots, as LVM doubles dashes for the device's
/// name, which has 127 characters with that of the volume group.
/// </summary>
internal static class SnapshotName
{
    private const string First = "coffer";
    private const int RandomBytes = 4, Parts = 5;

    public static string New(ProcessIdentity process) => string.Create(CultureInfo.InvariantCulture,
        $"{First}.{process.Pid}.{process.StartTicks}.{process.BootId.Replace("-", "", StringComparison.Ordinal)}"
        + $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}");

    /// <summary>A name that is not ours was given by somebody: not ours to remove.</summary>
    public static bool IsLeftOver(string name)
    {
        string[] parts = name.Split('.');
        return parts.Length == Parts && parts[0] == First
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && Guid.TryParseExact(parts[3], "n", out Guid boot)
            && parts[4].Length == 2 * RandomBytes && parts[4].All(char.IsAsciiHexDigitLower)
            && !MachineFacts.IsAlive(new ProcessIdentity(pid, boot.ToString(), ticks));
    }
}
