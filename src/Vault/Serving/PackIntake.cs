using System.Buffers;
using Coffer.Domain;
using Coffer.Format;
using Coffer.Format.Frames;
using Coffer.Format.Packs;
using Coffer.Vault.Intake;
using Coffer.Vault.Keyspaces;
using Coffer.Vault.Opening;
using Coffer.Vault.Records;

namespace Coffer.Vault.Serving;

/// <summary>
/// Takes a pack from the network: its head and frames, one frame in memory at a time. Each frame is parsed and written
/// anew by the vault's own writer, which makes table, footer and name; what is stored is what was sent only if the
/// names agree, and nothing is stored otherwise.
/// </summary>
internal static class PackIntake
{
    /// <summary>Grows with the longest frame; most are shorter.</summary>
    private const int FirstBuffer = 256 << 10;

    /// <param name="name">By which the sender knows it; one that is present already is not read again.</param>
    /// <exception cref="FaultException"><c>vault.pack</c>, <c>vault.repack</c>, <c>vault.full</c>.</exception>
    public static async Task TakeAsync(
        OpenVault vault, BackupSession session, ObjectId name, Stream body, CancellationToken cancellationToken)
    {
        if (session.StateOf(name) == PackState.Present) return;
        using var input = new Window(body, FirstBuffer);
        try
        {
            await input.FillAsync(PackHead.MaxLength, cancellationToken);
            var head = PackHead.Parse(input.Bytes.Span, "a pack that was sent");
            RequireOwn(vault, session, head);
            input.Skip(head.Length);
            using var upload = session.BeginPack(head);
            while (await input.FillAsync(FrameHeader.Size, cancellationToken))
            {
                int length = FrameHeader.Parse(input.Bytes.Span, "a frame that was sent").FrameLength;
                if (!await input.FillAsync(length, cancellationToken))
                    throw new CorruptionException("a pack that was sent", $"a frame of {length} bytes", "its end");
                if (upload.IsFull) throw new CorruptionException("a pack that was sent", "its end", "another frame");
                upload.Append(input.Bytes.Span[..length]);
                input.Skip(length);
            }
            if (!input.Bytes.IsEmpty || upload.FrameCount == 0)
                throw new CorruptionException("a pack that was sent", "whole frames", $"{input.Bytes.Length} bytes");
            if (session.Contradiction(upload.Entries) is { } page)
                throw ServiceFaults.Pack($"this server sent page {page} before, referring to something else");
            upload.Complete(name);
        }
        catch (CorruptionException e)
        {
            throw ServiceFaults.Pack(e.Message);
        }
    }

    // Whoever finds the pack without a catalog opens it with these; another keyspace's would lead astray.
    private static void RequireOwn(OpenVault vault, BackupSession session, PackHead head)
    {
        if (head.Keyspace != session.Keyspace) throw ServiceFaults.Pack("it is of another keyspace");
        var known = vault.Catalog.Keyspaces.AllEnvelopes(session.Keyspace);
        if (!head.Envelopes.All(sent => known.Exists(envelope => envelope.AsSpan().SequenceEqual(sent))))
            throw ServiceFaults.Pack("it carries an envelope that the vault does not know");
    }

    /// <summary>The next bytes of a stream, as many as were asked for.</summary>
    private sealed class Window(Stream stream, int size) : IDisposable
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(size);
        private int _start, _end;

        public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _end - _start);

        /// <summary>False where the stream ends before.</summary>
        public async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
        {
            if (_end - _start >= count) return true;
            MakeRoom(count);
            while (_end - _start < count)
            {
                int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
                if (read == 0) return false;
                _end += read;
            }
            return true;
        }

        public void Skip(int count) => _start += count;

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

        private void MakeRoom(int count)
        {
            Invariant.Holds(count <= Format.Limits.MaxFrameBytes);
            var buffer = _buffer.Length >= count ? _buffer : ArrayPool<byte>.Shared.Rent(count);
            _buffer.AsSpan(_start, _end - _start).CopyTo(buffer);
            if (buffer != _buffer) ArrayPool<byte>.Shared.Return(_buffer);
            (_buffer, _start, _end) = (buffer, 0, _end - _start);
        }
    }
}
