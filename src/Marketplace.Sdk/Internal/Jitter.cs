using System.Security.Cryptography;

namespace Marketplace.Sdk.Internal;

internal static class Jitter
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Longer with each failure, and anything up to that, so that services do not come back in step after an outage.</summary>
    public static TimeSpan Pause(int failures)
    {
        var longest = Math.Min(Longest.TotalMilliseconds, 250 * Math.Pow(2, failures));
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100, Math.Max(101, (int)longest)));
    }
}
