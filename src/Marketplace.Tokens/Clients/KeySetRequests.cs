using System.Collections.Concurrent;
using Marketplace.Core.Data;
using Marketplace.Tokens.Snapshot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Tokens.Clients;

/// <summary>
/// Asks for a client's key sets to be fetched when it has shown a key that is not in them: it may have just published
/// it. Governance fetches, and limits how often; the request that showed the key is refused meanwhile.
/// </summary>
internal sealed partial class KeySetRequests(
    [FromKeyedServices(Plane.Token)] NpgsqlDataSource database, TimeProvider clock, ILogger<KeySetRequests> logger)
    : BatchWriter(TimeSpan.FromSeconds(1), clock)
{
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _asked = new();

    public void Note(Client client, DateTimeOffset now)
    {
        foreach (var credential in client.KeySets(now))
            _asked.TryAdd(credential, now);
    }

    protected override async Task WriteAsync()
    {
        var asked = _asked.ToArray();
        if (asked.Length == 0)
            return;
        await using var update = database.CreateCommand(
            """
            update client_key_set s set asked_at = asked.at
            from unnest($1, $2) as asked (id, at) where s.credential_id = asked.id and s.asked_at is null
            """);
        update.Parameters.AddWithValue(asked.Select(a => a.Key).ToArray());
        update.Parameters.AddWithValue(asked.Select(a => a.Value).ToArray());
        await update.ExecuteNonQueryAsync(CancellationToken.None);
        foreach (var (id, _) in asked)
            _asked.TryRemove(id, out _);
    }

    protected override void WentAway(Exception cause) => Log.NotWritten(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(EventId = 41, Level = LogLevel.Debug, Message = "Key sets cannot be asked for now; it is kept.")]
        public static partial void NotWritten(ILogger logger, Exception exception);
    }
}
