using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>
/// Writes what instances said, all of it in one statement: at once when something changed, else once a second. Then it
/// looks for leases that ended. What fails is written with the next.
/// </summary>
internal sealed partial class LeaseWriter(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, Leases leases, TimeProvider clock, ILogger<LeaseWriter> logger)
    : BatchWriter(Interval, clock)
{
    private const int Patience = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    // Of a deployment that comes up, as many as can go into one list.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MayBeAway = TimeSpan.FromSeconds(3);
    private long writtenAt;

    /// <summary>Whether what this replica is told reaches the others. Right after the start it is believed to.</summary>
    public bool Reaches => Interlocked.Read(ref writtenAt) is var at && (at == 0 || Clock.GetElapsedTime(at) < MayBeAway);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Interlocked.Exchange(ref writtenAt, Clock.GetTimestamp());
        return base.ExecuteAsync(stoppingToken);
    }

    protected override async Task WaitAsync(CancellationToken stopping)
    {
        if (await leases.Changed.WaitAsync(Interval, stopping))
            await Task.Delay(Gather, stopping);
    }

    protected override async Task WriteAsync()
    {
        var news = leases.TakeNews();
        try
        {
            if (news.Count > 0)
            {
                await using var write = database.CreateCommand(LeaseStatements.Write);
                write.CommandTimeout = Patience;
                // Sorted, so that two replicas take the rows in the same order.
                news.Sort((a, b) => string.CompareOrdinal(a.Key.ToString(), b.Key.ToString()));
                Add(write, news.Select(n => n.Key.List.Line));
                Add(write, news.Select(n => n.Key.List.Environment));
                Add(write, news.Select(n => n.Key.ClientId));
                Add(write, news.Select(n => n.Key.Instance));
                Add(write, news.Select(n => n.Lease.Registration?.Url));
                Add(write, news.Select(n => n.Lease.Registration?.Zone));
                Add(write, news.Select(n => n.Lease.Registration?.Version));
                Add(write, news.Select(n => n.Lease.Registration?.Weight ?? 0));
                Add(write, news.Select(n => n.Lease.Registration?.State));
                Add(write, news.Select(n => n.Lease.Registration?.Lease ?? 0));
                Add(write, news.Select(n => n.Age));
                Add(write, news.Select(n => n.Lease.Registration?.Share));
                await write.ExecuteNonQueryAsync();
            }

            await using var sweep = database.CreateCommand(LeaseStatements.Sweep);
            sweep.CommandTimeout = Patience;
            await sweep.ExecuteNonQueryAsync();
            Interlocked.Exchange(ref writtenAt, Clock.GetTimestamp());
        }
        catch
        {
            leases.GiveBack(news);
            throw;
        }
        finally
        {
            leases.Forget();
        }
    }

    protected override void WentAway(Exception cause) => Log.Away(logger, cause);

    private static void Add<T>(NpgsqlCommand command, IEnumerable<T> values) => command.Parameters.AddWithValue(values.ToArray());

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Registrations cannot be written; they are kept here, and no lease ends, until they can.")]
        public static partial void Away(ILogger logger, Exception exception);
    }
}
