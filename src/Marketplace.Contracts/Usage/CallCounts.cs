using System.Collections.Concurrent;

namespace Marketplace.Contracts.Usage;

/// <summary>
/// The calls of a data plane since its last report. A call finds its cell and adds one, without a lock and without
/// memory of its own; only the first call of its kind in a minute makes a cell. The room is bounded: where half of it is
/// taken, minutes older than an hour become hours, and beyond it calls are only counted as dropped.
/// </summary>
/// <param name="time">Which minute it is.</param>
/// <param name="maxCells">How many cells there are at most; each takes some 300 bytes.</param>
public sealed class CallCounts(TimeProvider time, int maxCells = CallCounts.MaxCells)
{
    /// <summary>Some 15 MB when all are taken.</summary>
    public const int MaxCells = 50_000;

    // Of callers with a good token; and as many of those without, who could otherwise take all the room.
    private const int MaxPaths = 250;
    private readonly ConcurrentDictionary<Key, Cell> cells = new();
    private int count;
    private readonly int[] paths = new int[2];
    private long dropped;

    /// <summary>How many cells there are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Counts a call that has been answered.</summary>
    /// <param name="client">Who, where a good token said so.</param>
    /// <param name="operation">The operation's index, where one matched.</param>
    /// <param name="decision">One of <see cref="UsageDecision"/>.</param>
    /// <param name="reason">The reason code; null where allowed.</param>
    /// <param name="duration">From the request's headers to the end of the answer.</param>
    /// <param name="isError">It was answered with 5xx.</param>
    public void Add(string? client, int? operation, string decision, string? reason, TimeSpan duration, bool isError) =>
        Add(new Key(Minute(), client, operation ?? -1, decision, reason, null, null), duration, isError);

    /// <summary>Counts a call that shadow mode let through although no operation matched. Only so many paths are told apart.</summary>
    public void AddUnmatched(string? client, string reason, string method, ReadOnlySpan<char> path, TimeSpan duration, bool isError)
    {
        var unnamed = new Key(Minute(), client, -1, UsageDecision.LetThrough, reason, null, null);
        var isNamed = method.Length is > 0 and <= 20 && path.StartsWith('/') && !path.ContainsAnyExceptInRange('!', '~') && !method.AsSpan().ContainsAnyExceptInRange('!', '~');
        var key = isNamed ? unnamed with { Method = method, Path = path[..Math.Min(path.Length, UsageLimits.MaxPath)].ToString() } : unnamed;
        Add(Volatile.Read(ref PathsOf(client)) < MaxPaths || cells.ContainsKey(key) ? key : unnamed, duration, isError);
    }

    /// <summary>Rows of a report and calls dropped, each given out once. Cells of minutes that are over go when they are empty.</summary>
    public (List<UsageRow> Rows, long Dropped) Take(int max)
    {
        var minute = Minute();
        var oldest = minute - (long)UsageLimits.MaxAge.TotalSeconds;
        if (Count > maxCells / 2)
            Merge(minute - 3600);
        var rows = new List<UsageRow>();
        foreach (var (key, cell) in cells)
        {
            if (rows.Count == max)
                break;
            if (cell.Take() is not { } calls)
            {
                if (key.Minute < minute - 60)
                    Remove(key);
            }
            else if (key.Minute < oldest)
            {
                Drop(calls.Sum());
            }
            else
            {
                rows.Add(key.Row(calls));
            }
        }

        return (rows, Interlocked.Exchange(ref dropped, 0));
    }

    /// <summary>Calls that were counted and can be reported no more.</summary>
    public void Drop(long calls) => Interlocked.Add(ref dropped, calls);

    private void Merge(long before)
    {
        foreach (var (key, cell) in cells)
        {
            if (key.Minute >= before || key.Minute % 3600 == 0)
                continue;
            if (cell.Take() is { } calls)
            {
                if (Find(key with { Minute = key.Minute - (key.Minute % 3600), Method = null, Path = null }, evenIfFull: true) is { } hour)
                    hour.Add(calls);
            }

            Remove(key);
        }
    }

    private void Add(in Key key, TimeSpan duration, bool isError)
    {
        if (Find(key, evenIfFull: false) is { } cell)
            cell.Add(LatencyBuckets.IndexOf(duration), isError);
        else
            Drop(1);
    }

    private Cell? Find(in Key key, bool evenIfFull)
    {
        if (cells.TryGetValue(key, out var cell))
            return cell;
        if (Count >= maxCells && !evenIfFull)
            return null;
        var made = new Cell();
        cell = cells.GetOrAdd(key, made);
        if (ReferenceEquals(cell, made))
        {
            Interlocked.Increment(ref count);
            if (key.Path is not null)
                Interlocked.Increment(ref PathsOf(key.Client));
        }

        return cell;
    }

    private void Remove(in Key key)
    {
        if (!cells.TryRemove(key, out _))
            return;
        Interlocked.Decrement(ref count);
        if (key.Path is not null)
            Interlocked.Decrement(ref PathsOf(key.Client));
    }

    private ref int PathsOf(string? client) => ref paths[client is null ? 0 : 1];

    private long Minute()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        return now - (now % 60);
    }

    private readonly record struct Key(long Minute, string? Client, int Operation, string Decision, string? Reason, string? Method, string? Path)
    {
        public override int GetHashCode() => HashCode.Combine(Minute, Client, Operation, Reason, Path);

        public UsageRow Row(int[] calls)
        {
            var buckets = new long[LatencyBuckets.Count];
            var errors = 0L;
            for (var i = 0; i < calls.Length; i++)
            {
                buckets[i % LatencyBuckets.Count] += calls[i];
                errors += i >= LatencyBuckets.Count ? calls[i] : 0;
            }

            return new UsageRow
            {
                Minute = Minute, Client = Client, Operation = Operation < 0 ? null : Operation, Decision = Decision, Reason = Reason, Method = Method, Path = Path,
                Count = buckets.Sum(), Errors = errors, Buckets = buckets[..(Array.FindLastIndex(buckets, calls => calls > 0) + 1)],
            };
        }
    }

    /// <summary>One number per bucket, first of calls that went well, then of errors: each call is one addition, so that no row is ever half of one.</summary>
    private sealed class Cell
    {
        private readonly int[] calls = new int[2 * LatencyBuckets.Count];

        public void Add(int bucket, bool isError) => Interlocked.Increment(ref calls[isError ? bucket + LatencyBuckets.Count : bucket]);

        public void Add(int[] more)
        {
            for (var i = 0; i < calls.Length; i++)
                Interlocked.Add(ref calls[i], more[i]);
        }

        public int[]? Take()
        {
            int[]? taken = null;
            for (var i = 0; i < calls.Length; i++)
            {
                if (Volatile.Read(ref calls[i]) != 0)
                    (taken ??= new int[calls.Length])[i] = Interlocked.Exchange(ref calls[i], 0);
            }

            return taken;
        }
    }
}
