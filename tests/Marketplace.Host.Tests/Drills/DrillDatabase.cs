using Marketplace.Host.Embedded;
using Marketplace.Testing;
using Npgsql;

namespace Marketplace.Host.Tests.Drills;

/// <summary>A PostgreSQL of the drills alone, on a disk of its own, to be killed and started again.</summary>
internal sealed class DrillDatabase : IAsyncDisposable
{
    private const string Superuser = "marketplace";
    private readonly SmallDisks _disks;
    private readonly string _cluster;
    private readonly string _socket;
    private readonly ServerUser _user;
    private readonly PostgresBinaries _programs;
    private ChildProcess? _server;

    private DrillDatabase(SmallDisks disks, string cluster, string socket, ServerUser user, PostgresBinaries programs) =>
        (_disks, _cluster, _socket, _user, _programs) = (disks, cluster, socket, user, programs);

    public string ConnectionString => new NpgsqlConnectionStringBuilder { Host = _socket, Username = Superuser, Database = "postgres" }.ConnectionString;

    public static async Task<DrillDatabase> StartAsync(SmallDisks disks, string disk, string folder)
    {
        var made = Path.Combine(folder, "postgres");
        var user = ServerUser.For(made, Superuser);
        var programs = PostgresBinaries.Find(chosen: null).PreparedFor(user, folder);
        PostgresCluster.Ensure(made, programs, user, durable: false);
        await using var move = ChildProcess.Start("cp", ["-a", made, disks.Outside(disk)]);
        Assert.True(await move.Exit == 0, move.Errors);
        var database = new DrillDatabase(disks, Path.Combine(disk, "postgres"), SocketFolder.Create(folder, user), user, programs);
        await database.StartAsync();
        return database;
    }

    /// <summary>Starts, or starts again after a kill, and returns when it answers.</summary>
    public async Task StartAsync()
    {
        await Eventually.HoldsAsync(async () =>
        {
            if (_server is not { Exit.IsCompleted: false }) _server = Run();
            await using var source = NpgsqlDataSource.Create(ConnectionString + ";Pooling=false;Timeout=2");
            await using var connection = await source.OpenConnectionAsync();
            return true;
        }, TimeSpan.FromSeconds(30));
    }

    /// <summary>SIGKILL, as when the machine's memory has run out; its children end with it.</summary>
    public async Task KillAsync()
    {
        _server!.Signal(Signals.Kill);
        await _server.Exit;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private ChildProcess Run()
    {
        var (file, arguments) = _user.Wrap("KILL", _programs.Postgres, "-D", _cluster, "-c", "listen_addresses=",
            "-c", $"unix_socket_directories={_socket}", "-c", "max_connections=200", "-c", "shared_buffers=16MB");
        string[] command = [.. _disks.Enter, file, .. arguments];
        return ChildProcess.Start(command[0], command[1..]);
    }
}
