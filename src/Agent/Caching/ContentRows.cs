using Coffer.Domain;

namespace Coffer.Agent.Caching;

/// <summary>
/// Rows of the content table gathered in any order: sorted in memory up to a limit, then written out as sorted runs
/// and merged at the end, so that memory stays flat in the number of files.
/// </summary>
internal sealed class ContentRows(string folder) : IDisposable
{
    private readonly List<ContentRow> _rows = [];
    private readonly List<string> _runs = [];

    public long Count { get; private set; }

    public void Add(in ContentRow row)
    {
        _rows.Add(row);
        Count++;
        if (_rows.Count == Limits.ContentRowsInMemory) Spill();
    }

    /// <summary>All rows ascending, these before those of <paramref name="older"/> where hashes are equal.</summary>
    public IEnumerable<ContentRow> Merged(IEnumerable<ContentRow> older)
    {
        _rows.Sort(ByHash);
        var sources = new List<IEnumerator<ContentRow>> { _rows.GetEnumerator() };
        sources.AddRange(_runs.Select(path => Read(path).GetEnumerator()));
        sources.Add(older.GetEnumerator());
        return Merge(sources);
    }

    public void Dispose()
    {
        foreach (string path in _runs) File.Delete(path);
    }

    private static int ByHash(ContentRow left, ContentRow right) => left.Hash.CompareTo(right.Hash);

    private static IEnumerable<ContentRow> Merge(List<IEnumerator<ContentRow>> sources)
    {
        var heads = new PriorityQueue<int, (Id128 Hash, int Source)>();
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i].MoveNext()) heads.Enqueue(i, (sources[i].Current.Hash, i));
        }

        while (heads.TryDequeue(out int source, out _))
        {
            yield return sources[source].Current;
            if (sources[source].MoveNext()) heads.Enqueue(source, (sources[source].Current.Hash, source));
        }

        foreach (var source in sources) source.Dispose();
    }

    private static IEnumerable<ContentRow> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var bytes = new byte[ContentRow.Size];
        while (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length)
            yield return ContentRow.Read(bytes);
    }

    private void Spill()
    {
        _rows.Sort(ByHash);
        string path = Path.Combine(folder, $"contents.run{_runs.Count}");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        var bytes = new byte[ContentRow.Size];
        foreach (var row in _rows)
        {
            row.Write(bytes);
            file.Write(bytes);
        }

        _runs.Add(path);
        _rows.Clear();
    }
}
