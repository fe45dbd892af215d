using Coffer.Format.Packs;
using Coffer.Vault.Keyspaces;

namespace Coffer.Vault.Scrubbing;

/// <summary>What can be told of a frame without a key.</summary>
internal enum FrameStanding
{
    /// <summary>Its table row, which is proved itself, says its checksum.</summary>
    Intact = 1,

    /// <summary>Its head is right, and nothing tells of its body: the table is damaged.</summary>
    Unproved = 2,

    /// <summary>It is not what its table row says, or cannot be read.</summary>
    Failing = 3,
}

internal readonly record struct JudgedFrame(PackEntry Entry, FrameStanding Standing);

/// <summary>A damaged pack, frame by frame in their order.</summary>
/// <param name="Head">Null where it is damaged.</param>
internal sealed record PackJudgement(
    PackRow Pack, string Reason, PackHead? Head, IReadOnlyList<JudgedFrame> Frames);
