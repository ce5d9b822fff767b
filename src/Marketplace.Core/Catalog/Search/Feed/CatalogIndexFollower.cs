using Marketplace.Core.Policy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Core.Catalog.Search.Feed;

/// <summary>Builds the index at start and keeps it as the change log says.</summary>
public sealed partial class CatalogIndexFollower(
    NpgsqlDataSource database, CatalogIndexKeeper keeper, TimeProvider clock, ILogger<CatalogIndexFollower> logger) : PolicyFollower(database)
{
    // For what no policy change tells, such as the new title of a team.
    private static readonly TimeSpan CompareEvery = TimeSpan.FromSeconds(30);
    private long _comparedAt;

    protected override void Interrupted(Exception cause) => Log.Interrupted(logger, cause, keeper.Current?.Revision ?? -1);

    protected override async Task FollowAsync(long head, CancellationToken cancellation)
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
