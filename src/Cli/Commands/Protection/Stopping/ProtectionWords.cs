using System.Text.Json;
using Coffer.Cli.Output;
using Coffer.Contracts.Management;
using Coffer.Contracts.Points;
using Coffer.Contracts.Protection;
using Coffer.Domain;
using Coffer.Domain.Protection;

namespace Coffer.Cli.Commands.Protection.Stopping;

/// <summary>What stopping, deleting and bringing back are told with; and their names on the command line.</summary>
internal static class ProtectionWords
{
    public static string Of(ProtectionState state) => state switch
    {
        ProtectionState.Protected => "protected",
        ProtectionState.StoppedWithDataRetained => "stopped, data retained",
        ProtectionState.StoppedRetainedByPolicy => "stopped, retained by policy",
        ProtectionState.Deleted => "deleted",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    /// <summary>For programs.</summary>
    public static string NameOf(ProtectionState state) => state switch
    {
        ProtectionState.Protected => "protected",
        ProtectionState.StoppedWithDataRetained => "stopped-with-data-retained",
        ProtectionState.StoppedRetainedByPolicy => "stopped-retained-by-policy",
        _ => "deleted",
    };

    /// <exception cref="FaultException"><c>protection.way</c>.</exception>
    public static StopWay WayOf(string text) => text switch
    {
        "retain-data" => StopWay.RetainData,
        "retain-by-policy" => StopWay.RetainByPolicy,
        "delete-data" => StopWay.DeleteData,
        _ => throw FaultException.Usage("protection.way", $"'{text}' is no way of stopping protection.",
            "There are retain-data, retain-by-policy and delete-data."),
    };

    /// <summary>What is about to happen, in one sentence.</summary>
    /// <param name="softDeleteDays">Null where the vault does not say; 0: what is deleted is gone.</param>
    public static string Before(
        BackupItem item, IReadOnlyList<PointDescription> points, StopWay way, int? softDeleteDays)
    {
        string told = $"{Words.Count(item.Points, "point")} of {item.Label}, for which"
            + $" {Words.Size(points.Sum(point => point.Statistics.StoredBytes))} were stored";
        return way switch
        {
            StopWay.RetainData => $"This takes no more backups and keeps the {told}: nothing cleans them up.",
            StopWay.RetainByPolicy => $"This takes no more backups and lets the {told}, expire by their policy, one"
                + " after the other and the last one too; no new ones take their place.",
            _ => $"This takes no more backups and deletes the {told}: " + softDeleteDays switch
            {
                0 => "soft delete is off, so they are gone at once, for good.",
                { } days => $"for {days} days they can still be restored or brought back, then they are destroyed.",
                null => "until the vault's soft-delete period is over they can be restored or brought back, then they"
                    + " are destroyed.",
            },
        };
    }

    public static string After(BackupItem item, StopWay way, StopAnswer answer, DateTimeOffset now) => way switch
    {
        StopWay.DeleteData when answer.RestorableUntil > now =>
            $"Stopped and deleted. Until {Words.Time(answer.RestorableUntil.Value)} the data can be restored, here or"
            + $" on another server; it is destroyed then. Before that, `coffer protection undelete {item.Label}` brings"
            + " it back.",
        StopWay.DeleteData => "Stopped and deleted: gone at once, for good.",
        _ => $"Stopped. `coffer protection resume {item.Label}` backs it up again.",
    };

    public static void Write(Utf8JsonWriter json, BackupItem item)
    {
        json.WriteString("source"u8, item.Id.ToString());
        json.WriteString("label"u8, item.Label);
        json.WriteString("type"u8, item.Type);
        json.WriteString("protection"u8, NameOf(item.Protection));
        json.WriteNumber("points"u8, item.Points);
        json.WriteNumber("deletedPoints"u8, item.DeletedPoints);
        json.WriteNumber("heldPoints"u8, item.HeldPoints);
        if (item.RestorableUntil is { } until) json.WriteString("restorableUntil"u8, Words.Iso(until));
    }
}
