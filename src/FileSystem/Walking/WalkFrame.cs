namespace Coffer.FileSystem.Walking;

/// <summary>One directory on the way down: where its names lie and how to get at it again.</summary>
internal struct WalkFrame
{
    /// <summary>−1 while the directory is closed to save descriptors.</summary>
    public int Descriptor;

    /// <summary>Bytes of its path in the walker's path buffer.</summary>
    public int PathLength;

    /// <summary>State of the name stack below this directory's names, and the next name of its own.</summary>
    public int FirstName, FirstByte, NextName, EndName;

    /// <summary>Names that did not fit in memory; then the name stack holds none of this directory.</summary>
    public SpilledNames? Spilled;

    /// <summary>Identity, to recognise the directory when it is opened again.</summary>
    public ulong Inode, Device;

    /// <summary>
    /// Chosen paths below a directory on the way: a range of <see cref="ChosenPaths"/>; empty otherwise.
    /// </summary>
    public int NextChosen, EndChosen;

    /// <summary>Reading the names broke off: told after those that were read.</summary>
    public OsError Pending;

    public bool IsWay;
}
