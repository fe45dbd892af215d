namespace Coffer.Simulation.Disks;

/// <summary>
/// A disk that promises no more than it must. Bytes are durable once their file was synced, names once their folder
/// was; the folder's own name is a name in the folder above it. Nothing else orders anything: a name may survive
/// without its bytes, a later change without an earlier one. Of a move the old name may survive beside the new one,
/// but never is neither there.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Dictionary<int, SimulatedFile> _files = [];
    private readonly Dictionary<string, int?> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _pending = [];

    /// <param name="numbers">Which files the events mean by the paths of the image.</param>
    public SimulatedDisk(DiskImage start, IReadOnlyDictionary<string, int> numbers)
    {
        foreach (string folder in start.Folders) _durableNames[folder] = null;
        foreach (var (path, bytes) in start.Files)
        {
            _durableNames[path] = numbers[path];
            _files[numbers[path]] = new SimulatedFile(bytes);
        }
    }

    public static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "";

    public void Apply(DiskEvent happened)
    {
        switch (happened)
        {
            case FolderMade folder:
                _pending.Add(new NameChange(folder.Path, NameKind.Folder));
                break;
            case FileCreated file:
                _files[file.File] = new SimulatedFile([]);
                _pending.Add(new NameChange(file.Path, NameKind.File, file.File));
                break;
            case BytesWritten write:
                _files[write.File].Add(write);
                break;
            case LengthSet cut:
                _files[cut.File].Add(cut);
                break;
            case FileMoved move:
                var there = new NameChange(move.To, NameKind.File, move.File);
                _pending.Add(there);
                _pending.Add(new NameChange(move.From, NameKind.Nothing, after: there));
                break;
            case NameRemoved removed:
                _pending.Add(new NameChange(removed.Path, NameKind.Nothing));
                break;
            case FileSynced synced:
                _files[synced.File].Sync();
                break;
            case FolderSynced folder:
                foreach (var change in _pending.FindAll(c => FolderOf(c.Path) == folder.Path)) MakeDurable(change);
                break;
        }
    }

    /// <summary>What may be found on the disk if the power goes now.</summary>
    public DiskImage Crash(Chance chance)
    {
        var names = new Dictionary<string, int?>(_durableNames, StringComparer.Ordinal);
        var kept = new HashSet<NameChange>();
        foreach (var change in _pending)
        {
            bool isPossible = change.After is not { } after || kept.Contains(after) || !_pending.Contains(after);
            if (!isPossible || !chance.IsKept()) continue;
            kept.Add(change);
            change.ApplyTo(names);
        }
        return ImageOf(names, chance);
    }

    private DiskImage ImageOf(Dictionary<string, int?> names, Chance chance)
    {
        var image = new DiskImage();
        var bytes = new Dictionary<int, byte[]>();
        foreach (var (path, file) in names.OrderBy(name => name.Key, StringComparer.Ordinal))
        {
            string folder = FolderOf(path);
            if (folder.Length > 0 && !image.Folders.Contains(folder)) continue; // lost with its folder's name
            if (file is not { } number) image.Folders.Add(path);
            else if (bytes.TryGetValue(number, out byte[]? same)) image.Files.Add(path, same);
            else image.Files.Add(path, bytes[number] = _files[number].Crash(chance));
        }
        return image;
    }

    private void MakeDurable(NameChange change)
    {
        if (!_pending.Remove(change)) return;
        if (change.After is { } after) MakeDurable(after);
        change.ApplyTo(_durableNames);
    }

    private enum NameKind { Nothing, Folder, File }

    // A class: two changes that look alike are still two.
    private sealed class NameChange(string path, NameKind kind, int file = 0, NameChange? after = null)
    {
        public string Path { get; } = path;

        /// <summary>What must be on the disk before this can be.</summary>
        public NameChange? After { get; } = after;

        public void ApplyTo(Dictionary<string, int?> names)
        {
            if (kind == NameKind.Nothing) names.Remove(Path);
            else names[Path] = kind == NameKind.File ? file : null;
        }
    }
}
