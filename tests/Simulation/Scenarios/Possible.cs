namespace Coffer.Simulation.Scenarios;

/// <summary>
/// What may be found after a crash: one value, or several while a change of it is not yet acknowledged.
/// </summary>
internal sealed class Possible<T>
{
    private readonly HashSet<T> _values;

    public Possible(T value) => _values = [value];

    private Possible(IEnumerable<T> values) => _values = [.. values];

    public void MayBecome(T value) => _values.Add(value);

    public void Is(T value)
    {
        _values.Clear();
        _values.Add(value);
    }

    public bool Allows(T value) => _values.Contains(value);

    public Possible<T> Copy() => new(_values);

    public override string ToString() => string.Join(" or ", _values);
}
