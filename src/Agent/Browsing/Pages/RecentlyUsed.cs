namespace Coffer.Agent.Browsing.Pages;

/// <summary>
/// A few values by key; the one not asked for longest makes room. A scan is fine: there are at most dozens.
/// </summary>
internal sealed class RecentlyUsed<TKey, TValue>(int capacity)
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    private readonly (TKey Key, TValue? Value, long Used)[] _slots = new (TKey, TValue?, long)[capacity];
    private long _clock;

    public TValue? Find(TKey key)
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            ref var slot = ref _slots[i];
            if (slot.Value is null || !slot.Key.Equals(key)) continue;
            slot.Used = ++_clock;
            return slot.Value;
        }

        return null;
    }

    /// <summary>Takes the value in; returns the one that made room for it, where there was one.</summary>
    public TValue? Add(TKey key, TValue value)
    {
        int oldest = 0;
        for (int i = 1; i < _slots.Length; i++)
            if (_slots[i].Used < _slots[oldest].Used) oldest = i;
        var removed = _slots[oldest].Value;
        _slots[oldest] = (key, value, ++_clock);
        return removed;
    }
}
