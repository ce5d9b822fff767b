using Marketplace.Contracts.Usage;

namespace Marketplace.Core.Usage;

/// <summary>The columns of <c>call_usage</c> in which the buckets of <see cref="LatencyBuckets"/> stand, in their order.</summary>
public static class LatencyColumns
{
    public static IReadOnlyList<string> Names { get; } = [.. LatencyBuckets.UpperMilliseconds.Select(bound => $"ms_{bound}"), "ms_more"];

    /// <summary>One expression per bucket, joined by commas.</summary>
    public static string Each(Func<string, string> expression) => string.Join(", ", Names.Select(expression));

    /// <summary>All of them added up over rows, as one array.</summary>
    /// <param name="table">Alias of <c>call_usage</c>.</param>
    public static string Sums(string table) => $"array[{Each(name => $"coalesce(sum({table}.{name}), 0)::bigint")}]";
}
