using System.Collections.Concurrent;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Usage;

/// <summary>What is counted apart.</summary>
/// <param name="Minute">When it began, in seconds since 1970.</param>
/// <param name="Application">Empty where the client is not known.</param>
/// <param name="Audience">Empty where none was issued for.</param>
/// <param name="Reason">Empty for an issued token, else the error's code.</param>
/// <param name="Detail">What was wrong.</param>
internal readonly record struct UsageKey(long Minute, Guid Application, string Audience, string Reason, string Detail);

/// <summary>
/// Counts since the last flush. A request finds its cell and adds one, without a lock; only the first request of a
/// minute for its application makes a cell.
/// </summary>
internal sealed class UsageCounts(TimeProvider clock)
{
    /// <summary>Some 40 MB. Beyond it, while the database is away, totals per hour and reason are kept and the detail is not.</summary>
    public const int MaxCells = 200_000;

    private readonly ConcurrentDictionary<UsageKey, Cell> _cells = new();
    private int _count;

    public int MaxDetailed { get; init; } = MaxCells;

    public int Count => Volatile.Read(ref _count);

    public void Issued(Client client, string audience) => Add(new UsageKey(Minute(), client.Id, audience, "", ""), 1);

    public void Refused(Client? client, TokenRefusal refusal) =>
        Add(new UsageKey(Minute(), client?.Id ?? Guid.Empty, "", refusal.Error, refusal.Description), 1);

    /// <summary>What was counted since the last time. Cells of a minute that is over, and was taken before, go.</summary>
    public List<KeyValuePair<UsageKey, long>> Take()
    {
        var over = Minute() - 120;
        var taken = new List<KeyValuePair<UsageKey, long>>();
        foreach (var (key, cell) in _cells)
        {
            var count = Interlocked.Exchange(ref cell.Count, 0);
            if (count > 0)
                taken.Add(KeyValuePair.Create(key, count));
            else if (key.Minute < over && _cells.TryRemove(key, out _))
                Interlocked.Decrement(ref _count);
        }
        return taken;
    }

    /// <summary>What could not be written is counted again.</summary>
    public void PutBack(IEnumerable<KeyValuePair<UsageKey, long>> taken)
    {
        foreach (var (key, count) in taken)
            Add(key, count);
    }

    private void Add(UsageKey key, long count)
    {
        if (!_cells.TryGetValue(key, out var cell))
            cell = Make(key);
        Interlocked.Add(ref cell.Count, count);
    }

    private Cell Make(UsageKey key)
    {
        if (Count >= MaxDetailed)
            key = new UsageKey(key.Minute - key.Minute % 3600, Guid.Empty, "", key.Reason, "");
        var made = new Cell();
        var cell = _cells.GetOrAdd(key, made);
        if (ReferenceEquals(cell, made))
            Interlocked.Increment(ref _count);
        return cell;
    }

    private long Minute()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return now - now % 60;
    }

    private sealed class Cell
    {
        public long Count;
    }
}
