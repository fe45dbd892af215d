using System.Numerics;
using System.Runtime.InteropServices;

namespace Coffer.Vault.Collecting;

/// <summary>One bit for each number below a length.</summary>
internal sealed class Bits(long length)
{
    private readonly ulong[] _words = new ulong[(length + 63) / 64];

    public long Length { get; } = length;

    public bool this[long number] => (_words[number >> 6] & (1UL << (int)(number & 63))) != 0;

    /// <summary>Sets a bit; true where it was not set.</summary>
    public bool Set(long number)
    {
        ref ulong word = ref _words[number >> 6];
        ulong bit = 1UL << (int)(number & 63);
        bool isNew = (word & bit) == 0;
        word |= bit;
        return isNew;
    }

    public long CountSet()
    {
        long count = 0;
        foreach (ulong word in _words) count += BitOperations.PopCount(word);
        return count;
    }

    public void Save(Stream target) => target.Write(MemoryMarshal.AsBytes<ulong>(_words));

    public void Load(Stream source) => source.ReadExactly(MemoryMarshal.AsBytes(_words.AsSpan()));
}
