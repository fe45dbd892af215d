using Coffer.Storage.Systems;
using Microsoft.Win32.SafeHandles;

namespace Coffer.Storage.Folders;

/// <summary>Writes a file of work from its beginning, through the calls that all else goes through.</summary>
internal sealed class WorkStream(DiskFiles files, SafeFileHandle file, string path) : Stream
{
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            files.Write(file, buffer, _length);
        }
        catch (DiskException e)
        {
            throw OwnedFolder.Explain(e.Error, $"write {path}", e);
        }
        _length += buffer.Length;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
