namespace Marketplace.Contracts.Usage;

/// <summary>How long calls took, from the request's headers to the end of the answer, in the same steps everywhere so that counts can be added.</summary>
public static class LatencyBuckets
{
    /// <summary>How many buckets there are: one up to each bound, and one for what took longer.</summary>
    public const int Count = 14;

    private static readonly int[] Bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

    /// <summary>The longest that still belongs to each bucket, in milliseconds; the last bucket has no bound.</summary>
    public static IReadOnlyList<int> UpperMilliseconds => Bounds;

    /// <summary>The bucket of a duration.</summary>
    public static int IndexOf(TimeSpan duration)
    {
        for (var i = 0; i < Bounds.Length; i++)
        {
            if (duration.Ticks <= Bounds[i] * TimeSpan.TicksPerMillisecond)
                return i;
        }

        return Bounds.Length;
    }

    /// <summary>
    /// Below how many milliseconds a share of the calls stayed, such as 0.99 for p99: the bound of the bucket in which that
    /// call fell. Null where there were none, or it took longer than the last bound.
    /// </summary>
    public static int? Percentile(IReadOnlyList<long> buckets, double share)
    {
        var before = 0L;
        var rank = (long)Math.Ceiling(buckets.Sum() * share);
        for (var i = 0; i < buckets.Count && rank > 0; i++)
        {
            before += buckets[i];
            if (before >= rank)
                return i < Bounds.Length ? Bounds[i] : null;
        }

        return null;
    }
}
