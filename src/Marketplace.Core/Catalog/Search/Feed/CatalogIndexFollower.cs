using Marketplace.Core.Policy;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Core.Catalog.Search.Feed;

/// <summary>Builds the index at start and follows the change log. Whatever fails, the last index stays and the next attempt is a second away.</summary>
public sealed partial class CatalogIndexFollower(
    NpgsqlDataSource database, CatalogIndexKeeper keeper, TimeProvider clock, ILogger<CatalogIndexFollower> logger) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // For what no policy change tells, such as the new title of a team.
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(30);
    private long _comparedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var head in PolicyWatch.HeadsAsync(database, stoppingToken))
                    await FollowAsync(head, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.Interrupted(logger, e, keeper.Current?.Revision ?? -1);
            }
            await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(long head, CancellationToken cancellation)
    {
        if (keeper.Current is null)
        {
            var began = clock.GetTimestamp();
            await keeper.BringToAsync(head, cancellation);
            _comparedAt = clock.GetTimestamp();
            Log.Built(logger, keeper.Current!.Lines.Length, keeper.Current.OperationCount, (long)clock.GetElapsedTime(began).TotalMilliseconds);
        }
        else if (keeper.Current.Revision != head)
            await keeper.BringToAsync(head, cancellation);
        else if (clock.GetElapsedTime(_comparedAt) > CompareEvery)
        {
            await keeper.CompareAsync(cancellation);
            _comparedAt = clock.GetTimestamp();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Searching {Lines} API versions with {Operations} endpoints, indexed in {Milliseconds} ms.")]
        public static partial void Built(ILogger logger, int lines, int operations, long milliseconds);

        [LoggerMessage(LogLevel.Warning, "The catalog cannot be followed; searches stay at revision {Revision}.")]
        public static partial void Interrupted(ILogger logger, Exception exception, long revision);
    }
}
