namespace Coffer.Simulation.Disks;

/// <summary>
/// One thing that happened to a disk, in the order in which it happened. Paths are relative to the disk's root, with
/// slashes; "" is the root. A file is a number, as it may have several names in its life, or none.
/// </summary>
internal abstract record DiskEvent;

internal sealed record FolderMade(string Path) : DiskEvent;

internal sealed record FileCreated(int File, string Path) : DiskEvent;

internal sealed record BytesWritten(int File, long Offset, byte[] Bytes) : DiskEvent
{
    public override string ToString() => $"{nameof(BytesWritten)} {{ File = {File}, {Bytes.Length} at {Offset} }}";
}

/// <summary>Made shorter, or longer with zeros.</summary>
internal sealed record LengthSet(int File, long Length) : DiskEvent;

internal sealed record FileMoved(int File, string From, string To) : DiskEvent;

internal sealed record NameRemoved(string Path) : DiskEvent;

/// <summary>All bytes written to the file are durable from here on; its name is not.</summary>
internal sealed record FileSynced(int File) : DiskEvent;

/// <summary>All names made in, moved to or removed from the folder are as durable as they will be.</summary>
internal sealed record FolderSynced(string Path) : DiskEvent;

/// <summary>Nothing on the disk: what somebody was told, or what they were about to ask for.</summary>
internal sealed record Noted(string Text, object Note) : DiskEvent
{
    public override string ToString() => $"-- {Text}";
}
