using System.Collections.Concurrent;

namespace Marketplace.Jose;

/// <summary>
/// Counts by key in bounded memory: what is counted is remembered for one to two generations, then dropped whole.
/// Without a lock; its own count of keys, since asking the dictionary for it takes all of its locks.
/// </summary>
public sealed class Generations<TKey>(TimeProvider clock, TimeSpan length, int capacity) where TKey : notnull
{
    private readonly Lock _turning = new();
    private Turn _turn = new(new Generation(), new Generation(), 0);

    /// <summary>True the first time, false ever after, and false where there is no room to remember it.</summary>
    public bool TryFirst(TKey key)
    {
        var turn = Current();
        if (turn.Now.IsFull(capacity) || !turn.Now.TryAdd(key) || turn.Before.Holds(key))
            return false;
        // Somebody may have turned between the look at the turn and the entry, and another have entered the same key after it: neither passes then.
        var later = Volatile.Read(ref _turn);
        return ReferenceEquals(later, turn) || !later.Now.Holds(key);
    }

    /// <summary>Whether it may well be new, and only the room to remember it is missing.</summary>
    public bool HasNoRoomFor(TKey key)
    {
        var turn = Current();
        return turn.Now.IsFull(capacity) && !turn.Now.Holds(key) && !turn.Before.Holds(key);
    }

    /// <summary>How often, this time included. A new key is not counted where there is no room.</summary>
    public int Count(TKey key)
    {
        var turn = Current();
        return turn.Before.Of(key) + (turn.Now.IsFull(capacity) && !turn.Now.Holds(key) ? 0 : turn.Now.Count(key));
    }

    private Turn Current()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var turn = Volatile.Read(ref _turn);
        if (now < turn.Ends)
            return turn;
        lock (_turning)
        {
            if (now >= _turn.Ends)
                Volatile.Write(ref _turn, new Turn(new Generation(), _turn.Now, now + (long)length.TotalSeconds));
            return _turn;
        }
    }

    private sealed record Turn(Generation Now, Generation Before, long Ends);

    private sealed class Generation
    {
        private readonly ConcurrentDictionary<TKey, int> _counts = new();
        private int _keys;

        public bool IsFull(int capacity) => Volatile.Read(ref _keys) >= capacity;

        public bool Holds(TKey key) => _counts.ContainsKey(key);

        public int Of(TKey key) => _counts.GetValueOrDefault(key);

        public bool TryAdd(TKey key)
        {
            if (!_counts.TryAdd(key, 1))
                return false;
            Interlocked.Increment(ref _keys);
            return true;
        }

        public int Count(TKey key) => TryAdd(key) ? 1 : _counts.AddOrUpdate(key, 1, static (_, count) => count + 1);
    }
}
