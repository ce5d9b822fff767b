using Npgsql;

namespace Marketplace.Host.Embedded;

/// <summary>
/// A PostgreSQL of our own in a data folder: no TCP, one Unix socket that only the host's user may use. It starts
/// after any kind of end of its predecessor, and ends with the host.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private readonly DataFolderLock _lock;
    private readonly Postmaster _postmaster;
    private readonly string _socketFolder;
    private readonly string _database;

    private EmbeddedPostgres(DataFolderLock folderLock, Postmaster postmaster, string socketFolder, string database) =>
        (_lock, _postmaster, _socketFolder, _database) = (folderLock, postmaster, socketFolder, database);

    public int? ProcessId => _postmaster.ProcessId;

    public string ConnectionString => ConnectionStringFor(_database);

    public string ConnectionStringFor(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _socketFolder,
        Username = PostgresCluster.Superuser,
        Database = database,
        IncludeErrorDetail = true,
    }.ConnectionString;

    public static async Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger log, CancellationToken cancel)
    {
        var dataFolder = Path.GetFullPath(options.DataFolder);
        DataFolder.Create(dataFolder);
        var cluster = Path.Combine(dataFolder, "postgres");
        var folderLock = await DataFolderLock.TakeAsync(dataFolder, options.Patience, cancel);
        try
        {
            await Orphan.StopAsync(cluster, log, cancel);
            var user = ServerUser.For(cluster, options.SystemUser);
            if (user.FirstClosed(dataFolder) is { } closed)
                throw new StartupException($"PostgreSQL runs as the user {user.Name}, who cannot enter {closed}. Choose a data folder elsewhere with MARKETPLACE_DATA, such as /var/lib/marketplace.");
            var binaries = PostgresBinaries.Find(options.Binaries).PreparedFor(user, dataFolder);
            PostgresCluster.Ensure(cluster, binaries, user, options.Durable);
            var socketFolder = SocketFolder.Create(dataFolder, user);
            var (file, arguments) = user.Wrap("INT", binaries.Postgres, ["-D", cluster, .. Settings(socketFolder, options.Durable)]);
            var postmaster = new Postmaster(cluster, log, () => Command.Prepare(file, arguments));
            var started = new EmbeddedPostgres(folderLock, postmaster, socketFolder, options.Database);
            try
            {
                await postmaster.StartAsync(cancel);
                await started.EnsureDatabaseAsync(cancel);
                return started;
            }
            catch
            {
                await postmaster.StopAsync();
                throw;
            }
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _postmaster.StopAsync();
        _lock.Dispose();
    }

    /// <summary>For a cluster that is thrown away: no time is spent on saving it.</summary>
    internal async Task AbandonAsync()
    {
        await _postmaster.StopAsync(Signals.Quit);
        _lock.Dispose();
    }

    private static IEnumerable<string> Settings(string socketFolder, bool durable)
    {
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={socketFolder}", "port=5432", "unix_socket_permissions=0700",
            "max_connections=200", "timezone=UTC", "log_timezone=UTC",
            // A week of logs, one file per weekday, each overwritten by the next week's.
            "logging_collector=on", "log_directory=log", "log_filename=postgresql-%a.log", "log_truncate_on_rotation=on",
            "log_rotation_age=1d", "log_rotation_size=0",
            .. durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB"],
        ];
        return settings.SelectMany(setting => new[] { "-c", setting });
    }

    private async Task EnsureDatabaseAsync(CancellationToken cancel)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionStringFor("postgres") + ";Pooling=false");
        await using var exists = source.CreateCommand("select 1 from pg_database where datname = $1");
        exists.Parameters.AddWithValue(_database);
        if (await exists.ExecuteScalarAsync(cancel) is not null) return;
        await using var create = source.CreateCommand($"create database \"{_database.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await create.ExecuteNonQueryAsync(cancel);
    }
}
