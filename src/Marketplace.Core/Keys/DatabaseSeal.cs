using System.Security.Cryptography;
using Npgsql;

namespace Marketplace.Core.Keys;

/// <summary>
/// The mark that tells which master key sealed a database: bytes derived from it for this purpose alone, which tell
/// nothing about the rest. One host at a time looks at it, so that two first starts cannot both set it.
/// </summary>
internal sealed class DatabaseSeal(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    // "mkmk" in ASCII; any number will do as long as it stays.
    private const long LockKey = 0x6d6b6d6b;

    public static async Task<DatabaseSeal> LockAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        var transaction = await connection.BeginTransactionAsync(cancellation);
        var seal = new DatabaseSeal(connection, transaction);
        await seal.ScalarAsync($"select pg_advisory_xact_lock({LockKey})", cancellation);
        return seal;
    }

    public async Task<bool> IsSealedAsync(CancellationToken cancellation) =>
        await ScalarAsync(
            "select exists (select from master_key_check) or exists (select from signing_key)"
            + " or exists (select from application_credential where secret_hash is not null)",
            cancellation) is true;

    /// <summary>The first key that comes marks an unsealed database; after that only the same one passes.</summary>
    public async Task ProveAsync(MasterKey key, CancellationToken cancellation)
    {
        var mark = key.Derive("master-key-check");
        if (await ScalarAsync("select value from master_key_check", cancellation) is byte[] stored)
        {
            if (!CryptographicOperations.FixedTimeEquals(stored, mark))
                throw new MasterKeyException("The master key is not the one that sealed this database. Give the host the right one; nothing was changed.");
            return;
        }
        if (await IsSealedAsync(cancellation))
            throw new MasterKeyException("The database holds keys but no mark of their master key. It was restored in part; restore it whole.");
        await using var insert = new NpgsqlCommand("insert into master_key_check (value) values ($1)", connection, transaction);
        insert.Parameters.AddWithValue(mark);
        await insert.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        return await command.ExecuteScalarAsync(cancellation);
    }
}
