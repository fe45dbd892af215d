namespace Coffer.Simulation.Lying;

/// <summary>What a disk is asked for.</summary>
internal enum Request
{
    Read,
    Write,
    Create,
    Sync,
    SyncFolder,
    MakeFolder,
    Move,
    Remove,
}

/// <summary>How it answers instead of doing as it was asked.</summary>
internal enum Lie
{
    None,

    /// <summary>No room, and nothing was done.</summary>
    Full,

    /// <summary>A failure of the device, and nothing was done.</summary>
    Failing,

    /// <summary>A failure of the device, and yet all was done.</summary>
    LostAnswer,

    /// <summary>Bytes of which one bit is wrong.</summary>
    FlippedBit,

    /// <summary>Fewer bytes than there are.</summary>
    ShortRead,
}
