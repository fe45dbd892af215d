using Coffer.FileSystem;
using Coffer.FileSystem.Machines;
using Coffer.Format.Listing;

namespace Coffer.Agent.Backups;

/// <summary>From what the file system tells to what a listing keeps.</summary>
internal sealed class EntryMetadata
{
    private readonly AccountNames _names = new();
    private readonly Dictionary<(uint User, uint Group), Ownership> _owners = [];

    public Ownership OwnerOf(in FileMetadata file)
    {
        if (_owners.TryGetValue((file.Uid, file.Gid), out var owner)) return owner;
        owner = new Ownership(
            file.Uid, _names.UserName(file.Uid).ToArray(), file.Gid, _names.GroupName(file.Gid).ToArray());
        _owners.Add((file.Uid, file.Gid), owner);
        return owner;
    }

    public static EntryFields FieldsOf(in FileMetadata file)
    {
        bool isNode = file.Type is EntryType.CharacterDevice or EntryType.BlockDevice;
        return new EntryFields
        {
            Mode = TypeBits(file.Type) | file.Mode,
            Size = file.Type == EntryType.File ? (ulong)file.Size : 0,
            MtimeSeconds = file.Modified.Seconds,
            MtimeNanoseconds = file.Modified.Nanoseconds,
            DeviceMajor = isNode ? file.NodeMajor : 0,
            DeviceMinor = isNode ? file.NodeMinor : 0,
        };
    }

    public static ChangeFields ChangeOf(in FileMetadata file, bool isUnsettled) => new()
    {
        CtimeSeconds = file.Changed.Seconds,
        CtimeNanoseconds = file.Changed.Nanoseconds,
        BirthSeconds = file.HasBorn ? file.Born.Seconds : 0,
        BirthNanoseconds = file.HasBorn ? file.Born.Nanoseconds : 0,
        Inode = file.Inode,
        IsUnsettled = isUnsettled,
    };

    /// <summary>Type, mode, size, both times and (where it is kept) the inode are those of the earlier entry.</summary>
    public static bool IsUnchanged(
        in FileMetadata file, in EntryFields entry, in ChangeFields change, bool comparesInodes) =>
        entry.Mode == (TypeBits(file.Type) | file.Mode)
        && entry.MtimeSeconds == file.Modified.Seconds
        && entry.MtimeNanoseconds == file.Modified.Nanoseconds
        && change.CtimeSeconds == file.Changed.Seconds
        && change.CtimeNanoseconds == file.Changed.Nanoseconds
        && (file.Type != EntryType.File || entry.Size == (ulong)file.Size)
        && (!comparesInodes || change.Inode == file.Inode);

    // S_IFMT of POSIX.
    private static uint TypeBits(EntryType type) => type switch
    {
        EntryType.File => 0x8000,
        EntryType.Directory => 0x4000,
        EntryType.SymbolicLink => 0xA000,
        EntryType.Fifo => 0x1000,
        EntryType.Socket => 0xC000,
        EntryType.CharacterDevice => 0x2000,
        EntryType.BlockDevice => 0x6000,
        _ => 0,
    };
}
