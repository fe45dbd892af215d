using Coffer.Domain;
using Coffer.Format.Frames;
using Coffer.Sealing.Frames;
using Coffer.Sealing.Keys;

namespace Coffer.Agent.Pipeline;

/// <summary>
/// Opens sealed frames again before they leave: memory that lies, or a bug of ours, must not reach the vault unseen.
/// One for all workers: it is asked seldom, and each would cost the memory of two whole chunks.
/// </summary>
internal sealed class FrameCheck(KeyspaceKeys keys) : IDisposable
{
    private readonly Lock _one = new();
    private readonly FrameOpener _opener = new(keys);
    private readonly FrameBuffer _plain = new();

    /// <exception cref="CorruptionException">The frame does not open to its id.</exception>
    public void Open(ReadOnlySpan<byte> frame, ObjectId id, NodeKind kind)
    {
        lock (_one) _ = _opener.Open(frame, id, kind, _plain);
    }

    public void Dispose()
    {
        _opener.Dispose();
        _plain.Dispose();
    }
}
