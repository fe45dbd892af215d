using System.Collections.Concurrent;
using Coffer.Simulation.Disks;
using Coffer.Simulation.Lying;

namespace Coffer.Simulation.Recording;

/// <summary>
/// Everything that happens below one folder, in order, as those see it who write there: <see cref="RecordingFiles"/>
/// and <see cref="RecordingSqlite"/>. Logs are found by the paths below their folder.
/// </summary>
internal sealed class DiskLog : IDisposable
{
    private static readonly ConcurrentDictionary<string, DiskLog> Logs = new(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly string _root;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<DiskEvent> _events = [];
    private int _lastFile;

    /// <param name="root">A folder that holds what <see cref="Start"/> tells, from now on watched.</param>
    public DiskLog(string root)
    {
        _root = root + "/";
        Start = DiskImage.Read(root);
        foreach (string path in Start.Files.Keys) _numbers[path] = ++_lastFile;
        StartNumbers = new Dictionary<string, int>(_numbers, StringComparer.Ordinal);
        if (!Logs.TryAdd(_root, this)) throw new InvalidOperationException($"{root} is watched already");
    }

    public string Folder => _root.TrimEnd('/');

    public DiskImage Start { get; }

    public IReadOnlyDictionary<string, int> StartNumbers { get; }

    public IReadOnlyList<DiskEvent> Events => _events;

    /// <summary>Events that never reach the log: a sync that says it did its work and did not.</summary>
    public Func<DiskEvent, string, bool>? Forgets { get; init; }

    /// <summary>Answers in the disk's place; null where the disk is honest.</summary>
    public Func<Request, Lie>? Lies { get; init; }

    /// <summary>The log of a path's folder; null where nobody watches.</summary>
    public static DiskLog? Of(string path)
    {
        foreach (var (root, log) in Logs)
            if (path.StartsWith(root, StringComparison.Ordinal) || path + "/" == root) return log;
        return null;
    }

    public SimulatedDisk NewDisk() => new(Start, StartNumbers);

    public void Note(string text, object note) => Add(new Noted(text, note), "");

    public void MadeFolder(string path) => Add(new FolderMade(Relative(path)), path);

    public int Created(string path)
    {
        lock (_lock)
        {
            string relative = Relative(path);
            int file = _numbers[relative] = ++_lastFile;
            Add(new FileCreated(file, relative), path);
            return file;
        }
    }

    /// <summary>The number of a file that is there.</summary>
    public int NumberOf(string path)
    {
        lock (_lock) return _numbers[Relative(path)];
    }

    public void Moved(string from, string to)
    {
        lock (_lock)
        {
            // As with removing: what the watched never write is not on this disk.
            if (!_numbers.Remove(Relative(from), out int file)) return;
            _numbers[Relative(to)] = file;
            Add(new FileMoved(file, Relative(from), Relative(to)), to);
        }
    }

    public void Removed(string path)
    {
        lock (_lock)
        {
            // What the watched never write, such as the memory that SQLite shares, is not on this disk at all.
            if (_numbers.Remove(Relative(path))) Add(new NameRemoved(Relative(path)), path);
        }
    }

    public void Written(int file, string path, long offset, ReadOnlySpan<byte> bytes) =>
        Add(new BytesWritten(file, offset, bytes.ToArray()), path);

    public void Cut(int file, string path, long length) => Add(new LengthSet(file, length), path);

    public void Synced(int file, string path) => Add(new FileSynced(file), path);

    public void SyncedFolder(string path) => Add(new FolderSynced(Relative(path)), path);

    public void Dispose() => Logs.TryRemove(_root, out _);

    public Lie Answer(Request request) => Lies?.Invoke(request) ?? Lie.None;

    private void Add(DiskEvent happened, string path)
    {
        if (Forgets?.Invoke(happened, path) == true) return;
        lock (_lock) _events.Add(happened);
    }

    private string Relative(string path) => path.Length < _root.Length ? "" : path[_root.Length..].TrimEnd('/');
}
