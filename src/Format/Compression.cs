namespace Coffer.Format;

/// <summary>How a body was compressed before it was sealed. On disk: numbers are never reused.</summary>
public enum Compression : byte
{
    None = 0,
    Zstd = 1,
    Brotli = 2,
}
