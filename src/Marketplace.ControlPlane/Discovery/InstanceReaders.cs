using System.Collections.Concurrent;
using System.Collections.Frozen;
using Marketplace.ControlPlane.Snapshots;
using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.ControlPlane.Discovery;

/// <summary>Who may call a line, and so may know where it runs: read once per policy revision and list. What was read last serves while the database is away.</summary>
internal sealed class InstanceReaders([FromKeyedServices(Plane.Control)] NpgsqlDataSource database, ControlState state, TimeProvider clock)
{
    private const string Callers =
        """
        select p.client_id, max(g.valid_until) from access_grant g
          join application p on p.id = g.application_id join operation o on o.id = g.operation_id
          join api_version v on v.id = g.api_version_id
        where g.api_version_id = $1 and g.environment = $2 and g.ended_at is null and g.valid_from <= $3 and g.valid_until > $3 and (g.suspended_at is null or g.suspended_until <= $3)
          and o.removed_in is null and p.disabled_at is null and v.lifecycle in ('published', 'deprecated')
        group by 1
        """;

    // A grant may begin without a change of policy.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<SnapshotKey, Readers> known = new();

    public async ValueTask<bool> IncludeAsync(SnapshotKey key, string client, CancellationToken cancellation) =>
        (await OfAsync(key, cancellation)).Until.TryGetValue(client, out var until) && until > clock.GetUtcNow();

    private async ValueTask<Readers> OfAsync(SnapshotKey key, CancellationToken cancellation)
    {
        var revision = state.Revision;
        var before = known.GetValueOrDefault(key);
        if (before?.Revision == revision && clock.GetElapsedTime(before.ReadAt) < Life)
            return before;
        try
        {
            return known[key] = new Readers(revision, clock.GetTimestamp(), await ReadAsync(key, cancellation));
        }
        catch (NpgsqlException) when (before is not null)
        {
            return before;
        }
    }

    private async Task<FrozenDictionary<string, DateTimeOffset>> ReadAsync(SnapshotKey key, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Callers);
        command.Parameters.AddWithValue(key.Line);
        command.Parameters.AddWithValue(key.Environment);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var until = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
            until.Add(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1));
        return until.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record Readers(long Revision, long ReadAt, FrozenDictionary<string, DateTimeOffset> Until);
}
