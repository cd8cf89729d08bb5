using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace AuthGateway.Limits.MemoryUse;

/// <summary>
/// Entries that expire, at most <paramref name="capacity"/>. A full map keeps no new entry.
/// Thread-safe.
/// </summary>
/// <remarks>An entry is found until it is dropped, also after its expiry.</remarks>
internal sealed class ExpiringMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, DateTimeOffset Until)> _entries = new();

    public bool IsEmpty => _entries.IsEmpty;

    public IReadOnlyList<TKey> Keys => [.. _entries.Keys];

    public IEnumerable<TValue> Values => _entries.Values.Select(entry => entry.Value);

    public bool Contains(TKey key) => _entries.ContainsKey(key);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isFound = _entries.TryGetValue(key, out var entry);
        value = entry.Value;
        return isFound;
    }

    /// <summary>Drops what has expired when the map is full.</summary>
    public void MakeRoom(DateTimeOffset now)
    {
        if (_entries.Count >= capacity)
        {
            DropExpired(now);
        }
    }

    /// <param name="key">The key; an entry under it is replaced.</param>
    /// <param name="value">The value.</param>
    /// <param name="until">When the entry expires.</param>
    public void Set(TKey key, TValue value, DateTimeOffset until)
    {
        if (_entries.Count < capacity)
        {
            _entries[key] = (value, until);
        }
    }

    public void Remove(TKey key) => _entries.TryRemove(key, out _);

    public void DropExpired(DateTimeOffset now)
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.Until <= now)
            {
                _entries.TryRemove(key, out _);
            }
        }
    }
}
