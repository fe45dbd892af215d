using Coffer.Domain.Policies.Exclusions;
using Coffer.FileSystem;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>Which rule keeps something out of a backup.</summary>
public enum LeavingRule
{
    /// <summary>An exclusion of the policy.</summary>
    Exclusion = 1,

    /// <summary>A pattern that every policy has: /proc, swap files and their like.</summary>
    BuiltIn = 2,

    /// <summary>Coffer's home, cache or vault.</summary>
    OwnFolder = 3,

    /// <summary>A folder marked CACHEDIR.TAG, which is kept as an empty one.</summary>
    CacheFolder = 4,

    /// <summary>A btrfs subvolume that begins below a selected path: it is to be selected by itself.</summary>
    Subvolume = 5,
}

/// <summary>What one rule leaves out.</summary>
/// <param name="Pattern">Set where the rule is one.</param>
public sealed record LeftOut(LeavingRule Rule, ExclusionPattern? Pattern)
{
    /// <summary>What was seen of it: files by themselves, and what is in folders that were looked into.</summary>
    public EntryCount Count { get; } = new();

    /// <summary>Folders that were not looked into: how much is in them is not known.</summary>
    public long FoldersUnseen { get; private set; }

    internal void Add(in FileMetadata entry, bool isLookedInto)
    {
        Count.Add(entry);
        if (entry.Type == EntryType.Directory && !isLookedInto) FoldersUnseen++;
    }

    internal void AddUnseen() => FoldersUnseen++;
}
