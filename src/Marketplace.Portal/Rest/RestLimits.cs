using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace Marketplace.Portal.Rest;

/// <summary>So many requests per address: a runaway script must not slow the others. Checking a password costs more, so fewer of those.</summary>
internal static class RestLimits
{
    public const string Policy = "rest";
    public const string PasswordPolicy = "rest-password";

    public static void Add(RateLimiterOptions options)
    {
        options.AddPolicy(Policy, context => PerAddress(context, burst: 1_000, perSecond: 200));
        options.AddPolicy(PasswordPolicy, PerPasswordSender);
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "1";
            return ValueTask.CompletedTask;
        };
    }

    public static RateLimitPartition<string> PerPasswordSender(HttpContext context) => PerAddress(context, burst: 60, perSecond: 2);

    private static RateLimitPartition<string> PerAddress(HttpContext context, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = burst,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
}
