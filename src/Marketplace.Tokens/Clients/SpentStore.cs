using System.Data;
using Marketplace.Core.Data;
using Marketplace.Tokens.Issue;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Tokens.Clients;

/// <summary>The table that the replicas share, over one connection of its own. Not for two threads at once.</summary>
internal sealed class SpentStore([FromKeyedServices(Plane.Token)] NpgsqlDataSource database) : IAsyncDisposable
{
    private NpgsqlConnection? _connection;

    /// <summary>Those that nobody had used before.</summary>
    public async Task<HashSet<Int128>> InsertAsync(IReadOnlyCollection<(Int128 Key, DateTimeOffset Expires)> spent, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand(
            "insert into spent_assertion (hash, expires_at) select * from unnest($1, $2) on conflict do nothing returning hash",
            await ConnectAsync(cancellation));
        insert.Parameters.AddWithValue(spent.Select(s => TokenId.Bytes(s.Key)).ToArray());
        insert.Parameters.AddWithValue(spent.Select(s => s.Expires).ToArray());
        var fresh = new HashSet<Int128>();
        await using var rows = await insert.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            fresh.Add(TokenId.Of(rows.GetFieldValue<byte[]>(0)));
        return fresh;
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _connection = null;
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { State: ConnectionState.Open } open)
            return open;
        await DisposeAsync();
        _connection = await database.OpenConnectionAsync(cancellation);
        // A crash of the database itself may lose the last fraction of a second; a commit to disk per request costs more than that is worth.
        await using var relax = new NpgsqlCommand("set synchronous_commit = off", _connection);
        await relax.ExecuteNonQueryAsync(cancellation);
        return _connection;
    }
}
