namespace Coffer.Agent.Pipeline;

/// <summary>What went to the vault; read by whoever shows progress.</summary>
internal sealed class PipelineCounters
{
    private long _nodes;
    private long _newBytes;
    private long _storedBytes;

    /// <summary>Plain bytes that the vault did not have.</summary>
    public long NewBytes => Volatile.Read(ref _newBytes);

    /// <summary>Bytes of finished packs.</summary>
    public long StoredBytes => Volatile.Read(ref _storedBytes);

    /// <summary>Notes a node that is sent; returns how many were before it.</summary>
    public long Sent(int plainBytes)
    {
        _ = Interlocked.Add(ref _newBytes, plainBytes);
        return Interlocked.Increment(ref _nodes) - 1;
    }

    public void Stored(long packBytes) => Interlocked.Add(ref _storedBytes, packBytes);
}
