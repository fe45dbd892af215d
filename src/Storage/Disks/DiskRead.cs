using Coffer.Domain;
using Coffer.Storage.Systems;

namespace Coffer.Storage.Disks;

internal sealed class DiskRead : IStoreRead
{
    private readonly DiskFiles _files;
    private readonly DiskLayout _layout;
    private readonly OpenFiles _open;
    private OpenFile? _file;

    /// <summary>Takes over the caller's use of the file once it returns.</summary>
    public DiskRead(DiskFiles files, DiskLayout layout, OpenFiles open, OpenFile file)
    {
        (_files, _layout, _open) = (files, layout, open);
        Length = layout.Try(() => files.Length(file.Handle), "measure", file.Name.Value);
        _file = file;
    }

    public long Length { get; }

    public void ReadExactly(long offset, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var file = _file ?? throw new ObjectDisposedException(nameof(DiskRead));
        int read;
        try
        {
            read = _files.Read(file.Handle, offset, target);
        }
        catch (DiskException e)
        {
            throw _layout.Explain(e, "read", file.Name.Value);
        }
        if (read < target.Length)
            throw new CorruptionException($"{file.Name} at {offset}", $"{target.Length} bytes", $"{read}");
    }

    public void Dispose()
    {
        var file = Interlocked.Exchange(ref _file, null);
        if (file is not null) _open.Return(file);
    }
}
