namespace Coffer.Format;

/// <summary>How a frame's body was compressed before it was sealed. The numbers are on disk and never reused.</summary>
public enum Compression : byte
{
    None = 0,

    /// <summary>One Zstandard frame (RFC 8878), without checksum, content size or dictionary.</summary>
    Zstd = 1,

    /// <summary>One Brotli stream (RFC 7932).</summary>
    Brotli = 2,
}
