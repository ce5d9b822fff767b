using System.Threading.RateLimiting;

namespace Marketplace.ControlPlane.Usage;

/// <summary>
/// How often one may report: an instance every second, and after an outage 40 reports at once; all instances of a client
/// 100 a second, so that inventing names of instances gains nothing.
/// </summary>
internal sealed class UsageRate : IDisposable
{
    public const int Burst = 40;

    private readonly PartitionedRateLimiter<(string Client, string Instance)> limiter = PartitionedRateLimiter.CreateChained(
        // First, so that names of instances beyond it are not even remembered.
        PartitionedRateLimiter.Create<(string Client, string Instance), string>(source => RateLimitPartition.GetTokenBucketLimiter(source.Client, _ => Bucket(2_000, 1_000))),
        PartitionedRateLimiter.Create<(string Client, string Instance), (string, string)>(source => RateLimitPartition.GetTokenBucketLimiter(source, _ => Bucket(Burst, 10))));

    public bool MayReport(string client, string instance)
    {
        using var lease = limiter.AttemptAcquire((client, instance));
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();

    private static TokenBucketRateLimiterOptions Bucket(int burst, int perTenSeconds) => new()
    {
        TokenLimit = burst, TokensPerPeriod = perTenSeconds, ReplenishmentPeriod = TimeSpan.FromSeconds(10), QueueLimit = 0, AutoReplenishment = false,
    };
}
