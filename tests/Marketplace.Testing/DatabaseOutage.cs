using Npgsql;

namespace Marketplace.Testing;

/// <summary>From here until it is disposed, a database throws everybody out and lets nobody in.</summary>
public sealed class DatabaseOutage : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly NpgsqlDataSource server;
    private readonly string name;

    private DatabaseOutage(TestDatabase database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        (this.database, name) = (database, settings.Database!);
        settings.Database = "postgres";
        server = NpgsqlDataSource.Create(settings);
    }

    public static async Task<DatabaseOutage> BeginAsync(TestDatabase database)
    {
        var outage = new DatabaseOutage(database);
        await outage.ExecuteAsync($"alter database {outage.name} allow_connections false");
        await outage.ExecuteAsync($"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{outage.name}'");
        return outage;
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"alter database {name} allow_connections true");
        database.DataSource.Clear();
        await server.DisposeAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
