using System.Data;
using Marketplace.Core.Data;
using Marketplace.Tokens.Issue;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Tokens.Clients;

/// <summary>The table that the replicas share, over one connection of its own. Not for two threads at once.</summary>
internal sealed class SpentStore([FromKeyedServices(Plane.Token)] NpgsqlDataSource database) : IAsyncDisposable
{
    private static readonly HashSet<Int128> None = [];

    private NpgsqlConnection? _connection;
    private NpgsqlCommand? _insert;

    /// <summary>Those that somebody had used before; nearly always none, so nothing more than that is sent back.</summary>
    public async Task<IReadOnlySet<Int128>> InsertAsync(IReadOnlyCollection<Spent> spent, CancellationToken cancellation)
    {
        var insert = await ConnectAsync(cancellation);
        var hashes = new byte[spent.Count][];
        var ends = new DateTime[spent.Count];
        var i = 0;
        foreach (var one in spent)
            (hashes[i], ends[i++]) = (TokenId.Bytes(one.Key), one.Expires.UtcDateTime);
        insert.Parameters[0].Value = hashes;
        insert.Parameters[1].Value = ends;
        return await insert.ExecuteScalarAsync(cancellation) is byte[][] used ? used.Select(hash => TokenId.Of(hash)).ToHashSet() : None;
    }

    public async ValueTask DisposeAsync()
    {
        if (_insert is not null)
            await _insert.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        (_insert, _connection) = (null, null);
    }

    private async Task<NpgsqlCommand> ConnectAsync(CancellationToken cancellation)
    {
        if (_insert is not null && _connection is { State: ConnectionState.Open })
            return _insert;
        await DisposeAsync();
        _connection = await database.OpenConnectionAsync(cancellation);
        // A crash of the database itself may lose the last fraction of a second; a commit to disk per request costs more than that is worth.
        await using var relax = new NpgsqlCommand("set synchronous_commit = off", _connection);
        await relax.ExecuteNonQueryAsync(cancellation);
        var insert = new NpgsqlCommand(
            """
            with fresh as (insert into spent_assertion (hash, expires_at) select * from unnest($1, $2) on conflict do nothing returning hash)
            select case when (select count(*) from fresh) < cardinality($1)
              then array(select unnest($1) except select hash from fresh) end
            """,
            _connection)
        {
            Parameters =
            {
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        await insert.PrepareAsync(cancellation);
        return _insert = insert;
    }
}
