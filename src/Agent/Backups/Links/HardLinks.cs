using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Coffer.Agent.Caching.Links;
using Coffer.FileSystem;

namespace Coffer.Agent.Backups.Links;

/// <summary>
/// Files seen under one of several names whose other names are still to come. The second name takes the first one's
/// content without reading. A row goes once all names were met; above a number of rows those that are settled go to
/// the cache folder, where they stay to the end of the run, so memory stays flat however many groups are open: names
/// outside the selection never come.
/// </summary>
internal sealed class HardLinks : IDisposable
{
    private readonly string _folder;
    private readonly int _limit;
    private readonly Dictionary<ulong, Row> _rows = [];
    private SpilledLinks? _spilled;
    private int _spillAt;

    /// <param name="folder">Of the cache.</param>
    /// <param name="rowsInMemory">At most, but for rows that wait for their chunks' ids.</param>
    public HardLinks(string folder, int rowsInMemory = Limits.LinkRowsInMemory) =>
        (_folder, _limit, _spillAt) = (folder, rowsInMemory, rowsInMemory);

    /// <summary>Groups in memory.</summary>
    public int Count => _rows.Count;

    /// <summary>
    /// The group of a file, for one more of its names; the first name gives it <paramref name="group"/>.
    /// </summary>
    public ulong Meet(in FileMetadata file, ulong group)
    {
        if (!_rows.ContainsKey(file.Inode))
        {
            if (_spilled is not null && _spilled.TryFind(file.Inode, out var spilled)) return spilled.Group;
            if (_rows.Count >= _spillAt) Spill();
        }

        ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_rows, file.Inode, out bool isKnown);
        if (!isKnown) row = new Row(group, file.LinkCount, null);
        ulong met = row.Group;
        row = row with { NamesLeft = row.NamesLeft - 1 };
        if (row.NamesLeft == 0) _ = _rows.Remove(file.Inode);
        return met;
    }

    /// <summary>What was captured under an earlier name, where the file is still as it was then.</summary>
    public bool TryFindCaptured(in FileMetadata file, [NotNullWhen(true)] out CapturedLink? captured)
    {
        captured = _rows.TryGetValue(file.Inode, out var row) ? row.Captured
            : _spilled is not null && _spilled.TryFind(file.Inode, out var spilled) ? _spilled.Read(spilled)
            : null;
        if (captured is not null && !file.IsUnchangedFrom(captured.Seen)) captured = null;
        return captured is not null;
    }

    /// <summary>Keeps what was captured under a name that was met, for those still to come.</summary>
    public void Keep(in FileMetadata file, CapturedLink captured)
    {
        if (_rows.TryGetValue(file.Inode, out var row))
            _rows[file.Inode] = row with { Captured = captured };
        // How many names were met is not known any more: the row stays to the end, and goes before the spilled one.
        else if (_spilled is not null && _spilled.TryFind(file.Inode, out var spilled))
            _rows[file.Inode] = new Row(spilled.Group, uint.MaxValue, captured);
    }

    public void Dispose() => _spilled?.Dispose();

    private void Spill()
    {
        _spilled ??= new SpilledLinks(_folder);
        foreach (var (inode, row) in _rows)
        {
            var settled = row.Captured?.Settled();
            if (row.Captured is not null && settled is null) continue;
            _spilled.Add(inode, row.Group, settled);
            _ = _rows.Remove(inode);
        }

        _spilled.Merge();
        // Rows that wait are tried again when as many have come, not at each of them.
        _spillAt = _rows.Count + _limit;
    }

    private readonly record struct Row(ulong Group, uint NamesLeft, CapturedLink? Captured);
}
