using Marketplace.Core.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Tokens.Usage;

/// <summary>The table that all replicas add to.</summary>
internal sealed class UsageStore([FromKeyedServices(Plane.Token)] NpgsqlDataSource database)
{
    /// <summary>One statement, so all of it or nothing; in one order everywhere, so that replicas never wait for each other in a ring.</summary>
    public async Task AddAsync(IReadOnlyCollection<KeyValuePair<UsageKey, long>> counts, CancellationToken cancellation)
    {
        await using var add = database.CreateCommand(
            """
            insert into token_usage (minute, application_id, audience, reason, detail, count)
            select to_timestamp(m), a, u, r, d, c from unnest($1, $2, $3, $4, $5, $6) as t (m, a, u, r, d, c) order by 1, 2, 3, 4, 5
            on conflict (minute, application_id, audience, reason, detail) do update set count = token_usage.count + excluded.count
            """);
        add.Parameters.AddWithValue(counts.Select(c => (double)c.Key.Minute).ToArray());
        add.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.Uuid, counts.Select(c => c.Key.Application == Guid.Empty ? (Guid?)null : c.Key.Application).ToArray());
        add.Parameters.AddWithValue(counts.Select(c => c.Key.Audience).ToArray());
        add.Parameters.AddWithValue(counts.Select(c => c.Key.Reason).ToArray());
        add.Parameters.AddWithValue(counts.Select(c => c.Key.Detail).ToArray());
        add.Parameters.AddWithValue(counts.Select(c => c.Value).ToArray());
        // The caller's patience rules.
        add.CommandTimeout = 0;
        await add.ExecuteNonQueryAsync(cancellation);
    }

    public async Task ForgetBeforeAsync(DateTimeOffset time, CancellationToken cancellation)
    {
        await using var delete = database.CreateCommand("delete from token_usage where minute < $1");
        delete.Parameters.AddWithValue(time);
        delete.CommandTimeout = 0;
        await delete.ExecuteNonQueryAsync(cancellation);
    }
}
