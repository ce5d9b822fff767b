using System.Security.Cryptography;

namespace Marketplace.Core.Notifications.Outbox;

/// <summary>
/// When what failed is tried again: soon, then ever more seldom, for three days in all, as Standard Webhooks advises.
/// Each time is put off by up to a fifth, so that what failed together does not come back together.
/// </summary>
internal static class Backoff
{
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromHours(72);

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Then every pause was waited for.</summary>
    public static int MostAttempts => Pauses.Length + 1;

    /// <param name="attempts">How often it was tried.</param>
    public static TimeSpan After(int attempts)
    {
        var pause = Pauses[Math.Clamp(attempts, 1, Pauses.Length) - 1];
        return pause + pause * (RandomNumberGenerator.GetInt32(0, 2001) / 10_000.0);
    }
}
