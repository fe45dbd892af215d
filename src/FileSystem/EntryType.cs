namespace Coffer.FileSystem;

/// <summary>What a name in a directory stands for.</summary>
public enum EntryType : byte
{
    Unknown = 0,
    File = 1,
    Directory = 2,
    SymbolicLink = 3,
    Fifo = 4,
    Socket = 5,
    CharacterDevice = 6,
    BlockDevice = 7,
}
