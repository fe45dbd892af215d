using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Coffer.Agent.Pipeline;

/// <summary>Native memory that several chunks share; it goes back to its pool once the last of them is done.</summary>
internal sealed unsafe class Slab(SlabPool pool) : IDisposable
{
    private byte* _memory = (byte*)NativeMemory.Alloc(Limits.SlabBytes);
    private int _holders;

    public Span<byte> Span => new(_memory, Limits.SlabBytes);

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) pool.Return(this);
    }

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
    }
}

/// <summary>
/// A bounded number of slabs: whoever reads too far ahead waits here. That is the run's memory limit.
/// </summary>
internal sealed class SlabPool : IDisposable
{
    private readonly Channel<Slab> _free = Channel.CreateUnbounded<Slab>();
    private int _made;

    /// <summary>A slab that the caller holds once.</summary>
    public async ValueTask<Slab> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_free.Reader.TryRead(out var slab))
        {
            slab = _made < Limits.Slabs ? Make() : await _free.Reader.ReadAsync(cancellationToken);
        }

        slab.Hold();
        return slab;
    }

    public void Return(Slab slab)
    {
        if (!_free.Writer.TryWrite(slab)) slab.Dispose();
    }

    public void Dispose()
    {
        _ = _free.Writer.TryComplete();
        while (_free.Reader.TryRead(out var slab)) slab.Dispose();
    }

    private Slab Make()
    {
        _made++;
        return new Slab(this);
    }
}
