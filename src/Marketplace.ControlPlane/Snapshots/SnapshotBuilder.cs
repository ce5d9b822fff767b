using System.Data;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>
/// Reads snapshots in one consistent look, set-based: their size, and the work, grow with operations plus grants.
/// The revision of each is the newest change that concerns it, so that every replica gives the same snapshot the same one.
/// </summary>
internal sealed class SnapshotBuilder(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, ControlPlaneOptions options, TimeProvider clock)
{
    private const string Heads =
        """
        select v.id, u.environment, a.name, v.version, v.base_path, u.uri, v.lifecycle in ('published', 'deprecated'),
          coalesce((select max(revision) from line_changes(v.id, u.environment)), 0),
          case when v.lifecycle <> 'retired' then floor(extract(epoch from s.until))::bigint end
        from unnest($1, $2) as asked (line, environment)
          join api_version v on v.id = asked.line join api a on a.id = v.api_id
          join audience u on u.api_version_id = v.id and u.environment = asked.environment
          left join shadow_mode s on s.api_version_id = v.id and s.environment = u.environment and s.began_at is not null
        """;

    private const string Operations =
        """
        select api_version_id, bit_index, key, method, path from operation
        where api_version_id = any($1) and removed_in is null
        order by api_version_id, bit_index
        """;

    private const string Grants =
        """
        select g.api_version_id, g.environment, p.client_id, array_agg(o.bit_index),
          floor(extract(epoch from greatest(g.valid_from, g.suspended_until)))::bigint, floor(extract(epoch from g.valid_until))::bigint,
          case when l.rate is null and l.quota is null then null else l.id end,
          case when s.held then floor(extract(epoch from least(g.suspended_until, g.valid_until)))::bigint end
        from unnest($1, $2) as asked (line, environment)
          join access_grant g on g.api_version_id = asked.line and g.environment = asked.environment
          join operation o on o.id = g.operation_id join application p on p.id = g.application_id
          left join plan_limits l on l.id = g.plan_limits_id
          cross join lateral (select g.suspended_at is not null and coalesce(g.suspended_until > $3, true) as held) s
        where g.ended_at is null and g.valid_until > $3 and o.removed_in is null and p.disabled_at is null
        group by 1, 2, 3, 5, 6, 7, 8 order by 3, 5, 6, 7, 8
        """;

    private const string Plans =
        """
        select l.id, p.name, l.revision, l.rate, l.per, l.burst, l.quota, l.quota_window
        from plan_limits l join plan p on p.id = l.plan_id where l.id = any($1) order by l.id
        """;

    private const string Spent =
        """
        select q.api_version_id, q.environment, p.client_id, q.plan_limits_id, floor(extract(epoch from q.until))::bigint
        from unnest($1, $2) as asked (line, environment)
          join quota_use q on q.api_version_id = asked.line and q.environment = asked.environment join application p on p.id = q.application_id
        where q.spent_at is not null and q.until > $3
        order by 3, 4
        """;

    /// <summary>Without those of which there is no such ApiVersion or environment.</summary>
    public async Task<Dictionary<SnapshotKey, PolicySnapshot>> BuildAsync(IReadOnlyCollection<SnapshotKey> keys, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        Guid[] lines = [.. keys.Select(key => key.Line)];
        string[] environments = [.. keys.Select(key => key.Environment)];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var look = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var operations = (await ReadAsync(Operations, [lines.Distinct().ToArray()],
            row => (Line: row.GetGuid(0), Operation: new PolicyOperation(row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4)))))
            .ToLookup(row => row.Line, row => row.Operation);
        var grants = (await ReadAsync(Grants, [lines, environments, now],
            row => (Key: new SnapshotKey(row.GetGuid(0), row.GetString(1)), Grant: new PolicyGrant(
                row.GetString(2), OperationBitmap.Of(row.GetFieldValue<int[]>(3)).ToString(), row.GetInt64(4), row.GetInt64(5), row.IsDBNull(6) ? null : row.GetInt32(6)),
                HeldUntil: Long(row, 7))))
            .ToLookup(row => row.Key, row => (row.Grant, row.HeldUntil));
        int[] numbers = [.. grants.SelectMany(line => line).Select(row => row.Grant).Select(grant => grant.Plan).OfType<int>().Distinct()];
        var plans = numbers.Length == 0 ? [] : (await ReadAsync(Plans, [numbers], row => new PolicyPlan(
            row.GetInt32(0), row.GetString(1), row.GetInt32(2), Long(row, 3), row.IsDBNull(4) ? null : row.GetInt32(4), Long(row, 5), Long(row, 6), row.IsDBNull(7) ? null : row.GetString(7))))
            .ToDictionary(plan => plan.Number);
        var spent = plans.Count == 0 ? [] : await ReadAsync(Spent, [lines, environments, now], row => (
            Key: new SnapshotKey(row.GetGuid(0), row.GetString(1)), Use: new SpentQuota(row.GetString(2), row.GetInt32(3), row.GetInt64(4))));
        var snapshots = await ReadAsync(Heads, [lines, environments], row =>
        {
            var key = new SnapshotKey(row.GetGuid(0), row.GetString(1));
            // Nobody gets a token for a draft or a retired line, and nobody calls it with an older one.
            (PolicyGrant Grant, long? HeldUntil)[] granted = row.GetBoolean(6) ? [.. grants[key]] : [];
            // One that is set aside for a time begins again then; one without an end, or with a later one, does not.
            PolicyGrant[] standing = [.. granted.Where(one => one.HeldUntil is not { } until || until < one.Grant.Until).Select(one => one.Grant)];
            SuspendedGrant[] held = [.. granted.Where(one => one.HeldUntil is not null).Select(one => new SuspendedGrant(one.Grant.ClientId, one.Grant.Operations, one.HeldUntil!.Value))];
            PolicyPlan[] used = [.. standing.Select(grant => grant.Plan).OfType<int>().Distinct().Order().Select(number => plans[number])];
            SpentQuota[] over = [.. spent.Where(one => one.Key == key && used.Any(plan => plan.Number == one.Use.Plan)).Select(one => one.Use)];
            return (Key: key, Snapshot: new PolicySnapshot
            {
                Issuer = options.Issuer,
                Audience = row.GetString(5),
                Api = row.GetString(2),
                Version = row.GetString(3),
                Environment = key.Environment,
                Revision = row.GetInt64(7),
                IssuedAt = now.ToUnixTimeSeconds(),
                ShadowUntil = row.IsDBNull(8) ? null : row.GetInt64(8),
                BasePath = row.GetString(4).TrimEnd('/'),
                Operations = [.. operations[key.Line]],
                Grants = standing,
                Plans = used.Length == 0 ? null : used,
                Spent = over.Length == 0 ? null : over,
                Suspended = held.Length == 0 ? null : held,
            });
        });
        return snapshots.ToDictionary(row => row.Key, row => row.Snapshot);

        async Task<List<T>> ReadAsync<T>(string sql, object[] values, Func<NpgsqlDataReader, T> map)
        {
            await using var command = new NpgsqlCommand(sql, connection, look);
            foreach (var value in values)
                command.Parameters.AddWithValue(value);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellation))
                rows.Add(map(reader));
            return rows;
        }
    }

    private static long? Long(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
