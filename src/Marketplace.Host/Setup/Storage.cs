using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Host.Embedded;
using Npgsql;

namespace Marketplace.Host.Setup;

/// <summary>The migrated database and its master key, before anything else is built.</summary>
public sealed partial class Storage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly EmbeddedPostgres? _embedded;

    private Storage(EmbeddedPostgres? embedded, string connectionString, MasterKey masterKey) =>
        (_embedded, ConnectionString, MasterKey) = (embedded, connectionString, masterKey);

    public string ConnectionString { get; }

    public MasterKey MasterKey { get; }

    public static async Task<Storage> OpenAsync(HostSettings settings, CancellationToken cancel = default)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        var log = loggers.CreateLogger<Storage>();
        var embedded = settings.IsEmbedded
            ? await EmbeddedPostgres.StartAsync(new() { DataFolder = settings.DataFolder }, log, cancel)
            : null;
        try
        {
            var connectionString = embedded?.ConnectionString ?? settings.ConnectionString!;
            await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
            await WaitAsync(source, log, cancel);
            await MigrateAsync(settings, source, log, cancel);
            return new(embedded, connectionString, await settings.MasterKey.OpenAsync(source, cancel));
        }
        catch
        {
            if (embedded is not null) await embedded.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task WaitAsync(NpgsqlDataSource source, ILogger log, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
            try
            {
                await using var connection = await source.OpenConnectionAsync(cancel);
                return;
            }
            catch (NpgsqlException fault) when (fault.IsTransient)
            {
                if (TimeProvider.System.GetElapsedTime(began) > Patience)
                    throw new StartupException($"The database of ConnectionStrings__Marketplace does not answer: {fault.Message}", fault);
                Log.Waiting(log, fault.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }
            catch (PostgresException fault)
            {
                throw new StartupException($"The database of ConnectionStrings__Marketplace refuses us: {fault.MessageText}", fault);
            }
    }

    /// <summary>Governance owns the schema; the other planes wait until it is as this build knows it.</summary>
    private static async Task MigrateAsync(HostSettings settings, NpgsqlDataSource source, ILogger log, CancellationToken cancel)
    {
        var migrations = new Migrations(source);
        if (settings.Has(Plane.Governance))
        {
            foreach (var name in await migrations.ApplyAsync(cancel)) Log.Applied(log, name);
            return;
        }
        while (!await migrations.AreAppliedAsync(cancel))
        {
            Log.Waiting(log, "the governance plane has not yet brought it up to this build");
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Waiting for the database: {Reason}")]
        public static partial void Waiting(ILogger log, string reason);

        [LoggerMessage(LogLevel.Information, "Applied migration {Name}")]
        public static partial void Applied(ILogger log, string name);
    }
}
