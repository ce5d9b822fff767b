using Npgsql;

namespace Marketplace.Core.Data;

/// <summary>
/// Brings a database up to the scripts of this build. Each script is one transaction that first takes the advisory
/// lock, so any number of hosts may start at once, also behind a pooler that moves sessions between transactions.
/// </summary>
public sealed class Migrations(NpgsqlDataSource source, IReadOnlyList<MigrationScript>? scripts = null)
{
    // "mktm" in ASCII; any number will do as long as it stays.
    private const long LockKey = 0x6d6b746d;

    private readonly IReadOnlyList<MigrationScript> _scripts = scripts ?? MigrationScript.Embedded;

    /// <summary>The names of the scripts that this call applied.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var done = await ReadAsync(connection, cancel);
        var applied = new List<string>();
        foreach (var script in _scripts.Where(script => !IsDone(script, done)))
            if (await ApplyAsync(connection, script, cancel)) applied.Add(script.Name);
        return applied;
    }

    /// <summary>True once every script of this build is in the database, unchanged.</summary>
    public async Task<bool> AreAppliedAsync(CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var done = await ReadAsync(connection, cancel);
        return _scripts.All(script => IsDone(script, done));
    }

    private async Task<bool> ApplyAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", cancel);
        if (IsDone(script, await ReadAsync(connection, cancel))) return false;
        try
        {
            await ExecuteAsync(connection, """
                create table if not exists schema_migration (
                    version integer primary key,
                    name text not null,
                    checksum text not null,
                    applied_at timestamptz not null default now())
                """, cancel);
            await ExecuteAsync(connection, script.Sql, cancel);
            await RecordAsync(connection, script, cancel);
            await transaction.CommitAsync(cancel);
            return true;
        }
        catch (PostgresException fault)
        {
            throw new MigrationException($"Migration {script.Name} failed and was rolled back: {fault.MessageText}", fault);
        }
    }

    private bool IsDone(MigrationScript script, Dictionary<int, (string Name, string Checksum)> done)
    {
        if (done.Keys.DefaultIfEmpty().Max() is var newest && newest > _scripts.Count)
            throw new MigrationException($"The database has migration {done[newest].Name}, which this build does not know: run the newer build.");
        if (!done.TryGetValue(script.Version, out var found)) return false;
        return found.Checksum == script.Checksum
            ? true
            : throw new MigrationException($"Migration {script.Name} was changed after it was applied (as {found.Name}): put its text back, and write the change as a new script.");
    }

    private static async Task<Dictionary<int, (string Name, string Checksum)>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var done = new Dictionary<int, (string, string)>();
        // Not to_regclass: it answers from the session's cache, which waiting for an advisory lock does not refresh.
        await using var exists = new NpgsqlCommand(
            "select exists (select from pg_tables where tablename = 'schema_migration' and schemaname = current_schema())", connection);
        if (await exists.ExecuteScalarAsync(cancel) is not true) return done;
        await using var all = new NpgsqlCommand("select version, name, checksum from schema_migration", connection);
        await using var rows = await all.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel)) done.Add(rows.GetInt32(0), (rows.GetString(1), rows.GetString(2)));
        return done;
    }

    private static async Task RecordAsync(NpgsqlConnection connection, MigrationScript script, CancellationToken cancel)
    {
        await using var record = new NpgsqlCommand("insert into schema_migration (version, name, checksum) values ($1, $2, $3)", connection);
        record.Parameters.AddWithValue(script.Version);
        record.Parameters.AddWithValue(script.Name);
        record.Parameters.AddWithValue(script.Checksum);
        await record.ExecuteNonQueryAsync(cancel);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        // A script may take as long as it needs, and so may waiting for another host's.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
