using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Marketplace.Core.Policy;

/// <summary>
/// Follows the change log as long as the host runs. Whatever fails, what was read last stays; the next attempt is made
/// at once if all was well until now, and then every second.
/// </summary>
public abstract class PolicyFollower(NpgsqlDataSource database) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    protected NpgsqlDataSource Database => database;

    /// <summary>Which head is followed: the policy's, unless it is another log.</summary>
    protected virtual IAsyncEnumerable<long> HeadsAsync(CancellationToken cancellation) => PolicyWatch.HeadsAsync(database, cancellation);

    /// <summary>The head revision at every look, changed or not.</summary>
    protected abstract Task FollowAsync(long head, CancellationToken cancellation);

    /// <summary>Says that it failed.</summary>
    protected abstract void Interrupted(Exception cause);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wasWell = false;
            try
            {
                await foreach (var head in HeadsAsync(stoppingToken))
                {
                    await FollowAsync(head, stoppingToken);
                    wasWell = true;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Interrupted(e);
            }
            if (!wasWell)
                await Task.Delay(RetryAfter, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
