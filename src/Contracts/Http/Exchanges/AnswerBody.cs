using System.Buffers;

namespace Coffer.Contracts.Http.Exchanges;

/// <summary>Reads an answer's body whole.</summary>
internal static class AnswerBody
{
    private const int FirstBytes = 4 << 10;

    /// <summary>Taken at once where the answer says how long it is, a frame's length: it may not be true.</summary>
    private const int MostAtFirst = 1 << 20;

    /// <param name="moved">Hears how many bytes have come so far.</param>
    /// <returns>Null where it is longer than allowed.</returns>
    public static async Task<byte[]?> ReadAsync(
        HttpContent content, int maxBytes, Action<int> moved, CancellationToken cancellationToken)
    {
        long? said = content.Headers.ContentLength;
        if (said > maxBytes) return null;
        var stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(said + 1 ?? FirstBytes, MostAtFirst));
        int length = 0;
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > maxBytes) return null;
                moved(length);
                if (length == buffer.Length) buffer = Longer(buffer);
            }
            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Longer(byte[] buffer)
    {
        byte[] longer = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
        buffer.CopyTo(longer, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return longer;
    }
}
