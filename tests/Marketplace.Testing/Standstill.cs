using Npgsql;

namespace Marketplace.Testing;

/// <summary>
/// Every change of the marketplace stops before its audit event, with all that it holds by then, until this is let go:
/// what a race gives once in a thousand runs is given each time.
/// </summary>
public sealed class Standstill : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Standstill(TestDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_database, _connection, _transaction) = (database, connection, transaction);

    public static async Task<Standstill> BeginAsync(TestDatabase database)
    {
        var connection = await database.DataSource.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select 1 from audit_head for update", connection, transaction);
        await command.ExecuteNonQueryAsync();
        return new(database, connection, transaction);
    }

    /// <summary>Begins a change and comes back once so many wait for a lock.</summary>
    public async Task<Task<T>> BeginAsync<T>(Func<Task<T>> change, int waiting)
    {
        var running = Task.Run(change);
        await Eventually.HoldsAsync(async () => running.IsCompleted || waiting <= await _database.ScalarAsync<long>(
            "select count(distinct pid) from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())"), TimeSpan.FromSeconds(20));
        return running;
    }

    public Task LetGoAsync() => _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
