namespace Coffer.Simulation.Disks;

/// <summary>
/// What a crash makes of what was not synced, decided by a seed. One seed loses all of it, one keeps all of it (the
/// process died, not the machine); any other draws how kind this crash is, and then each fate by itself.
/// </summary>
internal sealed class Chance
{
    public const int AllLost = 0, AllKept = 1;

    private readonly Random _random;
    private readonly int _keptPercent, _damagedPercent;

    public Chance(int seed, int position)
    {
        _random = new Random(unchecked(seed * 1_000_003 + position));
        _keptPercent = seed switch { AllLost => 0, AllKept => 100, _ => _random.Next(101) };
        _damagedPercent = seed is AllLost or AllKept ? 0 : _random.Next(101);
    }

    public bool IsKept() => Draw(_keptPercent);

    /// <summary>Of a write that is neither kept nor lost as a whole.</summary>
    public bool IsDamaged() => Draw(_damagedPercent);

    public bool IsHeads() => Draw(50);

    public int Below(int limit) => _random.Next(limit);

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);

    private bool Draw(int percent) => percent > 0 && (percent >= 100 || _random.Next(100) < percent);
}
