using System.Collections.Concurrent;

namespace Marketplace.Core.Data;

/// <summary>
/// Sums over so many rows that they are added up once in a while, and not for everybody who looks: whoever asks first
/// waits, whoever asks at the same time waits for the same. Who asks when they are no longer new is shown them while they
/// are added up anew; after two minutes in which nobody asked they are forgotten.
/// </summary>
internal sealed class BriefMemory<TKey, TValue>(TimeProvider clock, TimeSpan kept, int most) where TKey : notnull
{
    private static readonly TimeSpan Shown = TimeSpan.FromMinutes(2);
    private readonly ConcurrentDictionary<TKey, Kept> _kept = new();

    /// <param name="read">Outlives the request that asks: with a database context of its own.</param>
    public async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> read)
    {
        var now = clock.GetUtcNow();
        if (!_kept.TryGetValue(key, out var found) || found.Until <= now)
        {
            if (_kept.Count >= most)
                _kept.Clear();
            var before = found is { Value: { IsValueCreated: true, Value.IsCompletedSuccessfully: true } } && now - found.Until < Shown ? found : null;
            var fresh = new Kept(now + kept, new(() => Task.Run(read)), before?.Value.Value);
            found = found is null ? _kept.GetOrAdd(key, fresh) : _kept.TryUpdate(key, fresh, found) || !_kept.TryGetValue(key, out var newer) ? fresh : newer;
        }

        var value = ReadAsync(key, found);
        return await (found.Before is { } shown && !value.IsCompletedSuccessfully ? shown : value);
    }

    private async Task<TValue> ReadAsync(TKey key, Kept found)
    {
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

    /// <param name="Before">What is shown until the value is there.</param>
    private sealed record Kept(DateTimeOffset Until, Lazy<Task<TValue>> Value, Task<TValue>? Before);
}
