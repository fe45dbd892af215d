using Coffer.Domain;
using Coffer.Domain.Security.Operations;
using Coffer.Domain.Security.Settings;

namespace Coffer.Contracts.Management;

/// <summary>A vault as its administrators see it.</summary>
/// <param name="IsTimeInDoubt">The clock jumped: nothing expires and nothing is purged until somebody confirms it.
/// </param>
public sealed record VaultOverview(
    VaultId Id, string Name, VaultStatus Status, SecurityOverview Security, int Servers, int BackupItems,
    bool IsTimeInDoubt);

/// <summary>The switches, the level that they make, and what would raise it.</summary>
public sealed record SecurityOverview(SecuritySettings Settings, LevelReport Level);

/// <summary>Changes switches; those that are left out stay as they are.</summary>
/// <param name="IsForGood">The caller knows that part of it can never be undone.</param>
public sealed record SettingsChangeRequest(
    bool? HasSecurityFeatures = null, SoftDelete? SoftDelete = null, Immutability? Immutability = null,
    MultiUserAuthorization? MultiUser = null, MinimumRetention? MinimumRetention = null, bool IsForGood = false)
{
    /// <summary>All of them.</summary>
    public static SettingsChangeRequest To(SecuritySettings settings, bool isForGood = false) => new(
        settings.HasSecurityFeatures, settings.SoftDelete, settings.Immutability, settings.MultiUser,
        settings.MinimumRetention, isForGood);

    public SecuritySettings AppliedTo(SecuritySettings settings) => settings with
    {
        HasSecurityFeatures = HasSecurityFeatures ?? settings.HasSecurityFeatures,
        SoftDelete = SoftDelete ?? settings.SoftDelete,
        Immutability = Immutability ?? settings.Immutability,
        MultiUser = MultiUser ?? settings.MultiUser,
        MinimumRetention = MinimumRetention ?? settings.MinimumRetention,
    };
}

/// <summary>Asks for a security PIN.</summary>
/// <param name="Server">Null where it is about the vault itself.</param>
/// <param name="Object">As whoever needs the PIN was told to give it.</param>
/// <param name="Code">Of the second factor, now; not needed at the console and by API tokens.</param>
public sealed record PinRequest(CriticalOperation Operation, MachineId? Server, string Object, string? Code = null);

/// <param name="Pin">Told once.</param>
public sealed record PinAnswer(string Pin, DateTimeOffset ValidUntil);

/// <summary>One page of a list.</summary>
/// <param name="Next">Give it as <c>after</c> for the next page; null: this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <param name="RightedPoints">Points whose times were set right.</param>
public sealed record TimeConfirmed(int RightedPoints);
