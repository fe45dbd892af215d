namespace Coffer.Simulation.Disks;

/// <summary>
/// A file's durable bytes, and what was done to it since its last sync. A crash takes each of those by itself: kept,
/// lost, cut at a sector, some sectors of it, or its length without its bytes. Later ones may be kept where earlier
/// ones are lost.
/// </summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512, Page = 4096;

    private readonly MemoryStream _durable = new();
    private readonly List<DiskEvent> _pending = [];

    public SimulatedFile(ReadOnlySpan<byte> durable) => _durable.Write(durable);

    public void Add(DiskEvent change) => _pending.Add(change);

    public void Sync()
    {
        foreach (var change in _pending) Keep(_durable, change);
        _pending.Clear();
    }

    public byte[] Crash(Chance chance)
    {
        var bytes = new MemoryStream();
        _durable.WriteTo(bytes);
        foreach (var change in _pending)
        {
            if (change is BytesWritten write && chance.IsDamaged()) Damage(bytes, write, chance);
            else if (chance.IsKept()) Keep(bytes, change);
        }
        return bytes.ToArray();
    }

    private static void Keep(MemoryStream bytes, DiskEvent change)
    {
        if (change is LengthSet cut) bytes.SetLength(cut.Length);
        if (change is BytesWritten write) Write(bytes, write.Offset, write.Bytes);
    }

    private static void Damage(MemoryStream bytes, BytesWritten write, Chance chance)
    {
        switch (chance.Below(3))
        {
            case 0:
                Tear(bytes, write, chance);
                break;
            case 1:
                Scatter(bytes, write, chance);
                break;
            default:
                Hollow(bytes, write, chance);
                break;
        }
    }

    private static void Tear(MemoryStream bytes, BytesWritten write, Chance chance)
    {
        int sectors = chance.Below((int)Parts(write, Sector).Count() + 1);
        foreach (var (start, length) in Parts(write, Sector).Take(sectors))
            Write(bytes, write.Offset + start, write.Bytes.AsSpan(start, length));
    }

    private static void Scatter(MemoryStream bytes, BytesWritten write, Chance chance)
    {
        foreach (var (start, length) in Parts(write, chance.IsHeads() ? Sector : Page))
            if (chance.IsHeads()) Write(bytes, write.Offset + start, write.Bytes.AsSpan(start, length));
    }

    // What a file system shows that made the file longer and never came to write: zeros, or what lay there before.
    private static void Hollow(MemoryStream bytes, BytesWritten write, Chance chance)
    {
        long from = bytes.Length, to = write.Offset + write.Bytes.Length;
        if (to <= from) return;
        var grown = new byte[to - from];
        if (chance.IsHeads()) chance.Fill(grown);
        Write(bytes, from, grown);
    }

    /// <summary>The write cut where the disk's sectors or the system's pages end.</summary>
    private static IEnumerable<(int Start, int Length)> Parts(BytesWritten write, int size)
    {
        for (int at = 0; at < write.Bytes.Length;)
        {
            int length = (int)Math.Min(size - (write.Offset + at) % size, write.Bytes.Length - at);
            yield return (at, length);
            at += length;
        }
    }

    private static void Write(MemoryStream target, long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset > target.Length) target.SetLength(offset);
        target.Position = offset;
        target.Write(bytes);
    }
}
