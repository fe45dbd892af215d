using Coffer.FileSystem;

namespace Coffer.Agent.Policies.Previewing;

/// <summary>How many entries, and the bytes of the files among them; counted as a backup counts.</summary>
public sealed class EntryCount
{
    public long Files { get; private set; }

    public long Folders { get; private set; }

    /// <summary>Symbolic links, devices, FIFOs and sockets.</summary>
    public long Others { get; private set; }

    public long Bytes { get; private set; }

    internal void Add(in FileMetadata entry)
    {
        if (entry.Type == EntryType.File) Files++;
        else if (entry.Type == EntryType.Directory) Folders++;
        else Others++;
        if (entry.Type == EntryType.File) Bytes += entry.Size;
    }

    internal void Add(EntryCount other)
    {
        Files += other.Files;
        Folders += other.Folders;
        Others += other.Others;
        Bytes += other.Bytes;
    }
}
