using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Clients;

/// <summary>When each credential was last used, written down every few seconds, so that a team dares to remove the ones that are not.</summary>
internal sealed partial class CredentialUse(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, ILogger<CredentialUse> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    public void Note(Guid credential, DateTimeOffset at) => _used[credential] = at;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        var used = Interlocked.Exchange(ref _used, new ConcurrentDictionary<Guid, DateTimeOffset>()).ToArray();
        if (used.Length == 0)
            return;
        try
        {
            await using var update = database.CreateCommand(
                """
                update application_credential c set last_used_at = used.at
                from unnest($1, $2) as used (id, at) where c.id = used.id and (c.last_used_at is null or c.last_used_at < used.at)
                """);
            update.Parameters.AddWithValue(used.Select(u => u.Key).ToArray());
            update.Parameters.AddWithValue(used.Select(u => u.Value).ToArray());
            await update.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever it is, it does not stop the plane; the next time tries again.
            Log.NotWritten(logger, e);
            foreach (var (id, at) in used)
                _used.TryAdd(id, at);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Debug, Message = "When credentials were last used cannot be written now; it is kept.")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
