using System.Diagnostics;
using Marketplace.Core.Data;
using Marketplace.Host.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Testing;

/// <summary>
/// Real databases with the real schema, each a copy of a migrated template, on one server per test process:
/// <c>class SomeTests(PostgresFixture postgres) : IClassFixture&lt;PostgresFixture&gt;</c>.
/// </summary>
public sealed class PostgresFixture
{
    private const string Template = "template_migrated";

    private static readonly Lazy<Task<EmbeddedPostgres>> Server = new(StartAsync);
    private static readonly SemaphoreSlim OneCopyAtATime = new(1);
    private static int _databases;

    /// <summary>A database with every migration applied.</summary>
    public Task<TestDatabase> CreateDatabaseAsync() => CreateAsync(Template);

    /// <summary>A database with nothing in it.</summary>
    public Task<TestDatabase> CreateEmptyDatabaseAsync() => CreateAsync("template0");

    private static async Task<TestDatabase> CreateAsync(string template)
    {
        var server = await Server.Value;
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        // The server wants nobody else in the template while it copies.
        await OneCopyAtATime.WaitAsync();
        try
        {
            await using var source = NpgsqlDataSource.Create(server.ConnectionStringFor("postgres"));
            await using var create = source.CreateCommand($"create database {name} template {template} strategy file_copy");
            await create.ExecuteNonQueryAsync();
        }
        finally
        {
            OneCopyAtATime.Release();
        }
        return new(server.ConnectionStringFor(name));
    }

    private static async Task<EmbeddedPostgres> StartAsync()
    {
        await TestFolder.SweepAsync();
        var folder = TestFolder.Create("postgres");
        var server = await EmbeddedPostgres.StartAsync(
            new() { DataFolder = folder, Database = Template, Durable = false }, NullLogger.Instance, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(server, folder);
        await using var source = NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
        await new Migrations(source).ApplyAsync();
        return server;
    }

    private static void End(EmbeddedPostgres server, string folder)
    {
        server.AbandonAsync().GetAwaiter().GetResult();
        // Hundreds of databases are tens of thousands of files, and the runner gives an ending process ten seconds.
        using var _ = Process.Start("setsid", ["rm", "-rf", "--", folder]);
    }
}
