using System.Buffers;
using Coffer.Domain;
using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Disks;

/// <summary>Steps 1 to 5 of <see cref="DiskStore"/> for one object.</summary>
internal sealed class DiskWrite(DiskFiles files, DiskLayout layout, string path, SafeFileHandle file) : IStoreWrite
{
    private byte[]? _buffer;
    private int _buffered;
    private bool _closed, _named;

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _buffer ??= ArrayPool<byte>.Shared.Rent(Limits.WriteBuffer);
        if (bytes.Length > _buffer.Length - _buffered) Flush();
        if (bytes.Length >= _buffer.Length)
        {
            Write(bytes);
        }
        else
        {
            bytes.CopyTo(_buffer.AsSpan(_buffered));
            _buffered += bytes.Length;
        }
        Length += bytes.Length;
    }

    public CommitResult Commit(StoreName name)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            Flush();
            files.Sync(file);
            return Place(name);
        }
        catch (DiskException e)
        {
            throw layout.Explain(e, "commit", name.Value);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = null;
        if (!_named) TryRemove(path);
        file.Dispose();
    }

    private CommitResult Place(StoreName name)
    {
        string target = layout.Path(name), folder = DiskLayout.FolderOf(target);
        layout.MakeFolders(folder);
        lock (layout.LockOf(name))
        {
            _named = files.MoveNew(path, target);
            try
            {
                files.SyncFolder(folder);
            }
            catch (DiskException) when (_named)
            {
                // Not durable, and a second sync would say otherwise: the name goes, so that it is written anew.
                TryRemove(target);
                throw;
            }
        }
        return _named ? CommitResult.Committed : CommitResult.AlreadyThere;
    }

    private void Flush()
    {
        if (_buffered == 0) return;
        Write(_buffer.AsSpan(0, _buffered), Length - _buffered);
        _buffered = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes) => Write(bytes, Length);

    private void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            files.Write(file, bytes, offset);
        }
        catch (DiskException e)
        {
            Dispose();
            throw layout.Explain(e, "write to", StoreName.Unfinished);
        }
    }

    private void TryRemove(string leftover)
    {
        try
        {
            files.Remove(leftover);
        }
        catch (Exception e) when (e is DiskException or FaultException)
        {
            // RemoveLeftovers comes by; what brought us here is being reported.
        }
    }
}
