using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Clients;

/// <summary>When each credential was last used, written down every few seconds, so that a team dares to remove the ones that are not.</summary>
internal sealed partial class CredentialUse(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, TimeProvider clock, ILogger<CredentialUse> logger)
    : BatchWriter(TimeSpan.FromSeconds(5), clock)
{
    private ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    public void Note(Guid credential, DateTimeOffset at) => _used[credential] = at;

    protected override async Task WriteAsync()
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
        catch
        {
            foreach (var (id, at) in used)
                _used.TryAdd(id, at);
            throw;
        }
    }

    protected override void WentAway(Exception cause) => Log.NotWritten(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Debug, Message = "When credentials were last used cannot be written now; it is kept.")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
