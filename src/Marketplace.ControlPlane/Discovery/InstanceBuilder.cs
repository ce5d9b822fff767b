using System.Data;
using Marketplace.Contracts.Discovery;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>Reads lists in one consistent look.</summary>
internal sealed class InstanceBuilder(
    [FromKeyedServices(Plane.Control)] NpgsqlDataSource database, ControlPlaneOptions options, TimeProvider clock)
{
    private const string Lists =
        """
        select v.id, u.environment, a.name, v.version, u.uri, coalesce(l.revision, 0)
        from unnest($1, $2) as asked (line, environment)
          join api_version v on v.id = asked.line join api a on a.id = v.api_id
          join audience u on u.api_version_id = v.id and u.environment = asked.environment
          left join instance_list l on l.api_version_id = v.id and l.environment = u.environment
        """;

    private const string Instances =
        """
        select i.api_version_id, i.environment, i.instance, i.url, i.zone, i.version, i.weight, i.share, i.state
        from unnest($1, $2) as asked (line, environment)
          join service_instance i on i.api_version_id = asked.line and i.environment = asked.environment
        order by i.instance, i.client_id
        """;

    /// <summary>Without those of which there is no such ApiVersion or environment.</summary>
    public async Task<Dictionary<SnapshotKey, InstanceList>> BuildAsync(IReadOnlyCollection<SnapshotKey> keys, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var look = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var instances = (await ReadAsync(Instances, row => (Key: KeyOf(row), Instance: new ServiceInstance(
            row.GetString(2), row.GetString(3), Text(row, 4), Text(row, 5), row.GetInt32(6), row.IsDBNull(7) ? null : row.GetInt32(7), row.GetString(8))))).ToLookup(row => row.Key, row => row.Instance);
        var lists = await ReadAsync(Lists, row => (Key: KeyOf(row), List: new InstanceList
        {
            Issuer = options.Issuer, Audience = row.GetString(4), Api = row.GetString(2), Version = row.GetString(3), Environment = row.GetString(1),
            Revision = row.GetInt64(5), IssuedAt = now, Instances = [.. instances[KeyOf(row)]],
        }));
        return lists.ToDictionary(row => row.Key, row => row.List);

        async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> map)
        {
            await using var command = new NpgsqlCommand(sql, connection, look);
            command.Parameters.AddWithValue(keys.Select(key => key.Line).ToArray());
            command.Parameters.AddWithValue(keys.Select(key => key.Environment).ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellation))
                rows.Add(map(reader));
            return rows;
        }
    }

    private static SnapshotKey KeyOf(NpgsqlDataReader row) => new(row.GetGuid(0), row.GetString(1));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
