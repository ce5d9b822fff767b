using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ControlPlane.DataPlanes;

/// <summary>Writes what data planes enforce, all that is new in one statement a second. What fails is written with the next.</summary>
internal sealed partial class SightingWriter(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, Sightings sightings, TimeProvider clock, ILogger<SightingWriter> logger)
    : BatchWriter(TimeSpan.FromSeconds(1), clock)
{
    private const int Patience = 10;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    // A replica that was asked before this one may write after it: what is older changes nothing. A line that a restored
    // database does not know keeps nobody else's from being written.
    private const string Write =
        """
        with news as (
          select news.* from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::timestamptz[], $7::timestamptz[])
            as news (line, environment, client, instance, revision, enforced_at, seen_at)
            join audience u on u.api_version_id = news.line and u.environment = news.environment
        ), planes as (
          insert into data_plane (api_version_id, environment, client_id, instance, revision, first_seen_at, seen_at)
          select line, environment, client, instance, revision, enforced_at, seen_at from news
          on conflict (api_version_id, environment, client_id, instance) do update
            set revision = case when excluded.seen_at < data_plane.seen_at then data_plane.revision else excluded.revision end, seen_at = greatest(data_plane.seen_at, excluded.seen_at)
        )
        insert into data_plane_revision (api_version_id, environment, client_id, instance, revision, enforced_at)
        select line, environment, client, instance, revision, enforced_at from news
        on conflict do nothing
        """;

    // What is still in force stays known however long ago it began.
    private const string Forget =
        """
        with revisions as (
          delete from data_plane_revision r where r.enforced_at < $1 and not exists (
            select 1 from data_plane d where (d.api_version_id, d.environment, d.client_id, d.instance, d.revision)
              = (r.api_version_id, r.environment, r.client_id, r.instance, r.revision)))
        delete from data_plane where seen_at < $1
        """;

    protected override async Task WriteAsync()
    {
        var news = sightings.News();
        if (news.Count == 0)
            return;
        await ExecuteAsync(
            Write,
            news.Select(n => n.Key.Snapshot.Line).ToArray(), news.Select(n => n.Key.Snapshot.Environment).ToArray(),
            news.Select(n => n.Key.ClientId).ToArray(), news.Select(n => n.Key.Instance).ToArray(),
            news.Select(n => n.Value.Revision).ToArray(), news.Select(n => n.Value.EnforcedAt).ToArray(), news.Select(n => n.Value.SeenAt).ToArray());
        sightings.Written(news);
    }

    protected override Task ForgetAsync(DateTimeOffset now)
    {
        sightings.Forget();
        return ExecuteAsync(Forget, now - Kept);
    }

    protected override void WentAway(Exception cause) => Log.Away(logger, cause);

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = Patience;
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await command.ExecuteNonQueryAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "What data planes enforce cannot be written; it is kept here until it can.")]
        public static partial void Away(ILogger logger, Exception exception);
    }
}
