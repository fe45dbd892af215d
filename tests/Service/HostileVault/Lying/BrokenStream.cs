namespace Coffer.Service.HostileVault.Lying;

/// <summary>Gives half of some bytes, and then the connection is gone.</summary>
internal sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes[..(bytes.Length / 2)], writable: false)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await base.ReadAsync(buffer, cancellationToken);
        return read > 0 ? read : throw new IOException("connection reset");
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        await base.CopyToAsync(destination, bufferSize, cancellationToken);
        throw new IOException("connection reset");
    }
}
