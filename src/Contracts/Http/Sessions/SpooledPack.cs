using System.Net;
using Coffer.Contracts.Sessions;
using Coffer.Domain;
using Coffer.Format.Packs;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Contracts.Http.Sessions;

/// <summary>
/// A pack in the spool: written there whole, so that its name is known before it is sent and it can be sent again. Only
/// head and frames are sent: the vault makes table and name anew from them, and compares.
/// </summary>
internal sealed class SpooledPack : IPackUpload
{
    private readonly RemoteSession _session;
    private readonly FileStream _file;
    private readonly PackWriter _writer;
    private readonly byte[] _buffer = new byte[HttpLimits.SpoolReadBytes];
    private readonly long _target;
    private int _buffered;
    private long _framesEnd;
    private bool _isSent;

    /// <param name="file">This one's from now on.</param>
    /// <param name="target">Full at so many bytes, if not before.</param>
    public SpooledPack(PackHead head, FileStream file, long target, RemoteSession session)
    {
        (_session, _file, _target) = (session, file, target);
        _writer = new PackWriter(head, Write);
    }

    public long Length => _writer.Length;

    public int FrameCount => _writer.Entries.Count;

    public bool IsFull => _writer.IsFull || _writer.Length >= _target;

    public IReadOnlyList<PackEntry> Entries => _writer.Entries;

    public PackName Name { get; private set; }

    public void Append(ReadOnlySpan<byte> frame) => _writer.Append(frame);

    public async Task<long> CompleteAsync(CancellationToken cancellationToken)
    {
        Invariant.Holds(FrameCount > 0 && !_isSent);
        _framesEnd = _writer.Length;
        Name = _writer.Finish();
        Flush();
        await _session.SendAsync(this, cancellationToken);
        _isSent = true;
        return _writer.Length;
    }

    /// <summary>Head and frames, from their beginning.</summary>
    public HttpContent Content() => new SpoolContent(_file.SafeFileHandle, _framesEnd);

    public void Remove() => _file.Dispose();

    /// <summary>Drops a pack that was not completed; what is on its way removes itself.</summary>
    public void Dispose()
    {
        if (!_isSent) Remove();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_buffered + bytes.Length > _buffer.Length) Flush();
        if (bytes.Length > _buffer.Length)
        {
            _file.Write(bytes);
            return;
        }
        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void Flush()
    {
        _file.Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    /// <summary>Streams a part of a file. May be sent again, also while an earlier try is not quite over.</summary>
    private sealed class SpoolContent(SafeFileHandle file, long length) : BulkContent
    {
        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[HttpLimits.SpoolReadBytes];
            for (long at = 0; at < length;)
            {
                int wanted = (int)Math.Min(buffer.Length, length - at);
                int read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, wanted), at, cancellationToken);
                if (read == 0) throw new CorruptionException("the spool", $"{length} bytes", $"{at}");
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                at += read;
                Sent?.Invoke(at);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, default);

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
