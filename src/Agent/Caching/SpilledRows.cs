namespace Coffer.Agent.Caching;

/// <summary>
/// Rows gathered in any order: sorted in memory up to a limit, then written out as sorted runs and merged at the end,
/// so that memory stays flat in the number of files.
/// </summary>
/// <param name="name">Of the runs' files in <paramref name="folder"/>; one gatherer a name.</param>
internal sealed class SpilledRows<TRow>(string folder, string name, int rowsInMemory = Limits.SortedRowsInMemory)
    : IDisposable
    where TRow : struct, ISortedRow<TRow>
{
    private static readonly Comparer<TRow> ByKey = Comparer<TRow>.Create(static (a, b) => a.CompareKey(b));

    private readonly List<TRow> _rows = [];
    private readonly List<string> _runs = [];

    public long Count { get; private set; }

    public void Add(in TRow row)
    {
        _rows.Add(row);
        Count++;
        if (_rows.Count == rowsInMemory) Spill();
    }

    /// <summary>All rows ascending, these before those of <paramref name="older"/> where keys are equal.</summary>
    public IEnumerable<TRow> Merged(IEnumerable<TRow> older)
    {
        _rows.Sort(ByKey);
        var sources = new List<IEnumerator<TRow>> { _rows.GetEnumerator() };
        sources.AddRange(_runs.Select(path => Read(path).GetEnumerator()));
        sources.Add(older.GetEnumerator());
        return Merge(sources);
    }

    public void Dispose()
    {
        foreach (string path in _runs) File.Delete(path);
    }

    private static IEnumerable<TRow> Merge(List<IEnumerator<TRow>> sources)
    {
        var heads = new PriorityQueue<int, (TRow Row, int Source)>(Comparer<(TRow Row, int Source)>.Create(
            static (a, b) => a.Row.CompareKey(b.Row) is not 0 and var order ? order : a.Source.CompareTo(b.Source)));
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i].MoveNext()) heads.Enqueue(i, (sources[i].Current, i));
        }

        while (heads.TryDequeue(out int source, out _))
        {
            yield return sources[source].Current;
            if (sources[source].MoveNext()) heads.Enqueue(source, (sources[source].Current, source));
        }

        foreach (var source in sources) source.Dispose();
    }

    private static IEnumerable<TRow> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var bytes = new byte[TRow.Size];
        while (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length)
            yield return TRow.Read(bytes);
    }

    private void Spill()
    {
        _rows.Sort(ByKey);
        string path = Path.Combine(folder, $"{name}.run{_runs.Count}");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
        _runs.Add(path);
        var bytes = new byte[TRow.Size];
        foreach (var row in _rows)
        {
            row.Write(bytes);
            file.Write(bytes);
        }

        _rows.Clear();
    }
}
