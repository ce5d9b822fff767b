using Marketplace.Contracts.Policy;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>
/// Reads one snapshot in one consistent look, set-based: its size, and the work, grow with operations plus grants.
/// Its revision is the newest change that concerns it, so that every replica gives the same snapshot the same one.
/// </summary>
internal sealed class SnapshotBuilder(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, ControlPlaneOptions options, TimeProvider clock)
{
    private const string Head =
        """
        select a.name, v.version, v.base_path, u.uri, v.lifecycle in ('published', 'deprecated'),
          coalesce((select max(revision) from policy_change
            where api_version_id = v.id and (environment is null or environment = u.environment)), 0),
          coalesce((select max(c.revision) from policy_change c
            where c.api_version_id is null and c.application_id in (
              select g.application_id from access_grant g where g.api_version_id = v.id and g.environment = u.environment)), 0)
        from api_version v join api a on a.id = v.api_id join audience u on u.api_version_id = v.id
        where v.id = $1 and u.environment = $2
        """;

    private const string Operations =
        """
        select bit_index, key, method, path from operation
        where api_version_id = $1 and removed_in is null
        order by bit_index
        """;

    private const string Grants =
        """
        select p.client_id, array_agg(o.bit_index),
          floor(extract(epoch from g.valid_from))::bigint, floor(extract(epoch from g.valid_until))::bigint
        from access_grant g join operation o on o.id = g.operation_id join application p on p.id = g.application_id
        where g.api_version_id = $1 and g.environment = $2 and g.ended_at is null and g.valid_until > $3
          and o.removed_in is null and p.disabled_at is null
        group by 1, 3, 4 order by 1, 3, 4
        """;

    /// <summary>Null when there is no such ApiVersion or environment.</summary>
    public async Task<PolicySnapshot?> BuildAsync(SnapshotKey key, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var look = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var heads = await ReadAsync(Head, [key.Line, key.Environment], row => new
        {
            Api = row.GetString(0),
            Version = row.GetString(1),
            BasePath = row.GetString(2),
            Audience = row.GetString(3),
            IsOpen = row.GetBoolean(4),
            Revision = Math.Max(row.GetInt64(5), row.GetInt64(6)),
        });
        if (heads is not [var head])
            return null;

        return new PolicySnapshot
        {
            Issuer = options.Issuer,
            Audience = head.Audience,
            Api = head.Api,
            Version = head.Version,
            Environment = key.Environment,
            Revision = head.Revision,
            IssuedAt = now.ToUnixTimeSeconds(),
            BasePath = head.BasePath.TrimEnd('/'),
            Operations = await ReadAsync(Operations, [key.Line],
                row => new PolicyOperation(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3))),
            // Nobody gets a token for a draft or a retired line, and nobody calls it with an older one.
            Grants = head.IsOpen ? await ReadAsync(Grants, [key.Line, key.Environment, now],
                row => new PolicyGrant(row.GetString(0), OperationBitmap.Of(row.GetFieldValue<int[]>(1)).ToString(), row.GetInt64(2), row.GetInt64(3))) : [],
        };

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
