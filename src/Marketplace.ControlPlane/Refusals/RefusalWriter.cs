using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane.Refusals;

/// <summary>Adds what was refused to the day's counts, one statement a second when there is something; kept for 30 days.</summary>
internal sealed partial class RefusalWriter(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, RefusalTally tally, TimeProvider clock, ILogger<RefusalWriter> logger)
    : BatchWriter(TimeSpan.FromSeconds(1), clock)
{
    private const int Patience = 10;

    private const string Write =
        """
        with forgotten as (delete from control_refusal where day < (select max(at) at time zone 'utc' from unnest($5::timestamptz[]) as news (at))::date - 30)
        insert into control_refusal as r (day, kind, client_id, reason, count, last_at, detail)
        select (at at time zone 'utc')::date, kind, client, reason, count, at, detail
        from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::timestamptz[], $6::text[]) as news (kind, client, reason, count, at, detail)
        order by 1, 2, 3, 4
        on conflict (day, kind, client_id, reason) do update
          set count = r.count + excluded.count, last_at = greatest(r.last_at, excluded.last_at), detail = excluded.detail
        """;

    protected override async Task WriteAsync()
    {
        var news = tally.Take();
        if (news.Count == 0)
            return;
        try
        {
            await using var command = database.CreateCommand(Write);
            command.CommandTimeout = Patience;
            command.Parameters.AddWithValue(news.Select(n => n.Key.Kind).ToArray());
            command.Parameters.AddWithValue(news.Select(n => n.Key.ClientId).ToArray());
            command.Parameters.AddWithValue(news.Select(n => n.Key.Reason).ToArray());
            command.Parameters.AddWithValue(news.Select(n => n.Value.Count).ToArray());
            command.Parameters.AddWithValue(news.Select(n => n.Value.LastAt).ToArray());
            command.Parameters.AddWithValue(news.Select(n => n.Value.Detail).ToArray());
            await command.ExecuteNonQueryAsync();
        }
        catch
        {
            tally.GiveBack(news);
            throw;
        }
    }

    protected override void WentAway(Exception cause) => Log.Away(logger, cause);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What was refused cannot be written; it is counted here until it can.")]
        public static partial void Away(ILogger logger, Exception exception);
    }
}
