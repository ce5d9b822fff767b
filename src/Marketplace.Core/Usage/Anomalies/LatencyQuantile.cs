using Marketplace.Contracts.Usage;

namespace Marketplace.Core.Usage.Anomalies;

/// <summary>A percentile from counts per bucket, evenly spread within its bucket on a logarithmic scale.</summary>
public static class LatencyQuantile
{
    /// <summary>What took longer than the last bound is taken to have taken at most so many times that.</summary>
    private const double Beyond = 2;

    /// <summary>Milliseconds; null when there are no calls.</summary>
    public static double? Of(ReadOnlySpan<long> buckets, double share)
    {
        long total = 0;
        foreach (var calls in buckets)
            total += calls;
        var rank = total * share;
        var before = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            if (buckets[i] > 0 && before + buckets[i] >= rank)
            {
                var bounds = LatencyBuckets.UpperMilliseconds;
                var low = i == 0 ? bounds[0] / 2.0 : bounds[i - 1];
                var high = i < bounds.Count ? bounds[i] : bounds[^1] * Beyond;
                return low * Math.Pow(high / low, (rank - before) / buckets[i]);
            }
            before += buckets[i];
        }
        return null;
    }
}
