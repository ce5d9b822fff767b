using System.Collections.Concurrent;

namespace Marketplace.Core.Data;

/// <summary>
/// Sums over so many rows that they are added up once in a while, and not for everybody who looks: whoever asks first
/// waits, whoever asks at the same time waits for the same.
/// </summary>
internal sealed class BriefMemory<TKey, TValue>(TimeProvider clock, TimeSpan kept, int most) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Kept> _kept = new();

    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> read)
    {
        var now = clock.GetUtcNow();
        if (!_kept.TryGetValue(key, out var found) || found.Until <= now)
        {
            if (_kept.Count >= most)
                _kept.Clear();
            var fresh = new Kept(now + kept, new(read));
            found = found is null ? _kept.GetOrAdd(key, fresh) : _kept.TryUpdate(key, fresh, found) || !_kept.TryGetValue(key, out var newer) ? fresh : newer;
        }

        try
        {
            return await found.Value.Value;
        }
        catch
        {
            _kept.TryRemove(KeyValuePair.Create(key, found));
            throw;
        }
    }

    private sealed record Kept(DateTimeOffset Until, Lazy<Task<TValue>> Value);
}
