using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.Policy;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Pullers;

/// <summary>Reads the directory and the change log.</summary>
internal sealed class ControlQueries([FromKeyedServices(Plane.Control)] NpgsqlDataSource database, MasterKey masterKey, TimeProvider clock)
{
    private readonly SigningKeyStore keys = new(database, masterKey, clock);

    /// <summary>Null while no plane has made the signing keys.</summary>
    public async Task<ControlDirectory?> LoadAsync(CancellationToken cancellation)
    {
        if (await keys.LoadAsync(cancellation) is not { } ring)
            return null;
        var clients = await ReadAsync(
            "select client_id, team_id from application where disabled_at is null", row => (Id: row.GetString(0), Team: row.GetGuid(1)), cancellation);
        var lines = await ReadAsync(
            "select a.name, v.version, v.id, a.team_id from api_version v join api a on a.id = v.api_id",
            row => (Name: (row.GetString(0), row.GetString(1)), Line: new Line(row.GetGuid(2), row.GetGuid(3))), cancellation);
        var environments = await ReadAsync("select name from environment", row => row.GetString(0), cancellation);
        return new ControlDirectory(
            ring,
            clients.ToDictionary(client => client.Id, client => client.Team, StringComparer.Ordinal),
            lines.ToDictionary(line => line.Name, line => line.Line),
            environments.ToHashSet(StringComparer.Ordinal));
    }

    public Task<List<PolicyChangeDraft>> ChangesAfterAsync(long revision, CancellationToken cancellation) => ReadAsync(
        "select kind, api_version_id, environment, application_id from policy_change where revision > $1 order by revision, position",
        row => new PolicyChangeDraft(row.GetString(0), Id(row, 1), row.IsDBNull(2) ? null : row.GetString(2), Id(row, 3)),
        cancellation, revision);

    /// <summary>Where these applications have, or had, grants.</summary>
    public async Task<HashSet<SnapshotKey>> KeysOfAsync(Guid[] applications, CancellationToken cancellation) =>
        [.. await ReadAsync(
            "select distinct api_version_id, environment from access_grant where application_id = any($1)",
            row => new SnapshotKey(row.GetGuid(0), row.GetString(1)), cancellation, applications)];

    private static Guid? Id(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private async Task<List<T>> ReadAsync<T>(string sql, Func<NpgsqlDataReader, T> map, CancellationToken cancellation, params object[] values)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(map(reader));
        return rows;
    }
}
