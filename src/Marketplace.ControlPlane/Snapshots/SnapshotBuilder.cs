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
          floor(extract(epoch from g.valid_from))::bigint, floor(extract(epoch from g.valid_until))::bigint
        from unnest($1, $2) as asked (line, environment)
          join access_grant g on g.api_version_id = asked.line and g.environment = asked.environment
          join operation o on o.id = g.operation_id join application p on p.id = g.application_id
        where g.ended_at is null and g.valid_until > $3 and o.removed_in is null and p.disabled_at is null
        group by 1, 2, 3, 5, 6 order by 3, 5, 6
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
                row.GetString(2), OperationBitmap.Of(row.GetFieldValue<int[]>(3)).ToString(), row.GetInt64(4), row.GetInt64(5)))))
            .ToLookup(row => row.Key, row => row.Grant);
        var snapshots = await ReadAsync(Heads, [lines, environments], row =>
        {
            var key = new SnapshotKey(row.GetGuid(0), row.GetString(1));
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
                // Nobody gets a token for a draft or a retired line, and nobody calls it with an older one.
                Grants = row.GetBoolean(6) ? [.. grants[key]] : [],
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
}
