using System.Globalization;
using System.Text;
using Coffer.Domain;

namespace Coffer.Turmoil.Places;

/// <summary>
/// What was begun (told before) and what was acknowledged (told after), in a file that outlives whoever wrote it: a
/// line is one write, and as only processes die, what was written is there.
/// </summary>
internal sealed class Ledger : IDisposable
{
    private const string End = " ;";

    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectId, PointAccount> _points = [];
    private readonly Dictionary<string, long> _sums = [];
    private readonly List<string> _faults = [];
    private readonly FileStream? _file;

    private Ledger(string path, bool writes)
    {
        if (File.Exists(path))
            foreach (string line in File.ReadLines(path))
                if (line.EndsWith(End, StringComparison.Ordinal)) Apply(line[..^End.Length].Split(' '));
        if (!writes) return;
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        _file.Write("\n"u8); // after a line that was cut short
    }

    public IReadOnlyList<string> Faults => _faults;

    public static Ledger Read(string path) => new(path, writes: false);

    public static Ledger Open(string path) => new(path, writes: true);

    public Dictionary<ObjectId, PointAccount> Points()
    {
        lock (_lock) return new(_points);
    }

    /// <summary>Null where its commit was never told of.</summary>
    public PointAccount? Of(ObjectId point)
    {
        lock (_lock) return _points.GetValueOrDefault(point);
    }

    /// <summary>Of all numbers that were told under a name.</summary>
    public long Sum(string name)
    {
        lock (_lock) return _sums.GetValueOrDefault(name);
    }

    public Dictionary<string, long> Sums()
    {
        lock (_lock) return new(_sums);
    }

    public void Count(string name, long number = 1) =>
        Note("count", name, number.ToString(CultureInfo.InvariantCulture));

    public void Fault(string text) => Note("fault", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));

    public void Committed(ObjectId point, int machine, string manifest) =>
        Note("committed", point.ToString(), machine.ToString(CultureInfo.InvariantCulture), manifest);

    /// <summary>One of the words of <see cref="PointAccount.After"/>.</summary>
    public void Note(string word, ObjectId point) => Note(word, point.ToString());

    public void Dispose() => _file?.Dispose();

    private void Note(params string[] words)
    {
        byte[] line = Encoding.UTF8.GetBytes(string.Join(' ', words) + End + "\n");
        lock (_lock)
        {
            _file!.Write(line);
            Apply(words);
        }
    }

    private void Apply(string[] words)
    {
        switch (words[0])
        {
            case "count":
                _sums[words[1]] = _sums.GetValueOrDefault(words[1]) + long.Parse(words[2]);
                break;
            case "fault":
                _faults.Add(Encoding.UTF8.GetString(Convert.FromBase64String(words[1])));
                break;
            case "committed":
                _points.Add(ObjectId.Parse(words[1]), new PointAccount(int.Parse(words[2]), words[3]));
                break;
            default:
                var point = ObjectId.Parse(words[1]);
                _points[point] = _points[point].After(words[0]);
                break;
        }
    }
}
