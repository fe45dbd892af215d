namespace Coffer.Unit.FileSystem;

/// <summary>Repeatable numbers of a seed (SplitMix64).</summary>
internal sealed class Sequence(int seed)
{
    private ulong _state = (ulong)seed;

    public int Next(int bound)
    {
        ulong z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return (int)((z ^ (z >> 31)) % (ulong)bound);
    }
}
