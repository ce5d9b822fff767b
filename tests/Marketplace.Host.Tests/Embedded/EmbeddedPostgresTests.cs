using Marketplace.Host.Embedded;
using Marketplace.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Host.Tests.Embedded;

/// <summary>What can be in the way when the server starts. Each test has a data folder of its own.</summary>
public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string _folder = TestFolder.Create("embedded");

    private string Cluster => Path.Combine(_folder, "postgres");

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task It_keeps_its_data_and_listens_on_a_socket_alone()
    {
        await using (var first = await StartAsync())
        {
            await ExecuteAsync(first, "create table kept (id integer); insert into kept values (42)");
            Assert.Equal("", await ScalarAsync(first, "show listen_addresses"));
            Assert.Equal("on", await ScalarAsync(first, "show data_checksums"));
            Assert.Equal("UTF8", await ScalarAsync(first, "show server_encoding"));
            Assert.StartsWith("18", await ScalarAsync(first, "show server_version") as string, StringComparison.Ordinal);
        }
        Assert.Empty(Orphan.FindPostmasters(Cluster));

        await using var second = await StartAsync();
        Assert.Equal(42, await ScalarAsync(second, "select id from kept"));
    }

    [Fact]
    public async Task An_orphan_on_the_same_folder_is_stopped_before_a_new_one_starts()
    {
        await using (var first = await StartAsync()) await ExecuteAsync(first, "create table kept (id integer); insert into kept values (1)");
        await using var orphan = await OrphanedServer.StartAsync(Cluster, _folder);

        await using var next = await StartAsync();

        Assert.NotEqual(orphan.Id, next.ProcessId);
        Assert.Equal([next.ProcessId!.Value], Orphan.FindPostmasters(Cluster));
        Assert.Equal(1, await ScalarAsync(next, "select id from kept"));
    }

    [Fact]
    public async Task A_server_that_is_killed_comes_back_with_what_was_committed()
    {
        await using var server = await StartAsync(durable: true);
        await ExecuteAsync(server, "create table kept (id integer); insert into kept values (7)");
        var killed = server.ProcessId!.Value;

        Signals.Send(killed, Signals.Kill);

        await Eventually.HoldsAsync(() => server.ProcessId is { } id && id != killed, TimeSpan.FromSeconds(20));
        await Eventually.HoldsAsync(async () => await ScalarAsync(server, "select id from kept") is 7, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_lock_file_that_names_a_stranger_is_no_obstacle()
    {
        await using (await StartAsync()) { }
        await using var stranger = ChildProcess.Start("sleep", ["60"]);
        await File.WriteAllTextAsync(Path.Combine(Cluster, "postmaster.pid"), $"{stranger.Id}\n{Cluster}\n1700000000\n5432\n/tmp\n\n  1 1\nready\n");

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
        Assert.False(stranger.Exit.IsCompleted, "the stranger was stopped");
    }

    [Fact]
    public async Task Half_made_files_of_a_killed_first_start_are_made_anew()
    {
        Directory.CreateDirectory(Cluster + ".new/base");
        await File.WriteAllTextAsync(Cluster + ".new/PG_VERSION", "18");

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
    }

    [Fact]
    public async Task A_folder_too_long_for_a_socket_gets_a_short_one_elsewhere()
    {
        var deep = Path.Combine(_folder, new string('d', 90), new string('e', 90));

        await using var server = await StartAsync(deep);

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
        var socket = SocketFolder.Choose(deep);
        Assert.StartsWith("/tmp/marketplace-", socket, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(socket));
        Directory.Delete(socket, recursive: true);
    }

    [Fact]
    public async Task A_second_host_on_the_same_folder_is_refused()
    {
        await using var first = await StartAsync();

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Contains("Another Marketplace is running on the data folder", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, await ScalarAsync(first, "select 1"));
    }

    [Fact]
    public async Task Files_of_another_major_version_are_refused_untouched()
    {
        await using (await StartAsync()) { }
        await File.WriteAllTextAsync(Path.Combine(Cluster, "PG_VERSION"), "15\n");

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync());

        Assert.Contains("was made by PostgreSQL 15", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_root_a_folder_that_the_database_user_cannot_enter_is_named()
    {
        Assert.True(Environment.IsPrivilegedProcess, "this test needs root, as the build machine has");
        var closed = Path.Combine(_folder, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => StartAsync(Path.Combine(closed, "data")));

        Assert.Contains($"cannot enter {closed}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("MARKETPLACE_DATA", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_root_programs_that_the_database_user_cannot_reach_run_from_a_copy()
    {
        Assert.True(Environment.IsPrivilegedProcess, "this test needs root, as the build machine has");
        var closed = Path.Combine(_folder, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using (var copy = ChildProcess.Start("cp", ["-r", PostgresBinaries.Find(chosen: null).Folder, Path.Combine(closed, "native")]))
            Assert.Equal(0, await copy.Exit);

        await using var server = await EmbeddedPostgres.StartAsync(
            new() { DataFolder = _folder, Durable = false, Binaries = Path.Combine(closed, "native") }, NullLogger.Instance, CancellationToken.None);

        Assert.Equal(1, await ScalarAsync(server, "select 1"));
        Assert.StartsWith(Path.Combine(_folder, "postgres-programs"), await File.ReadAllTextAsync($"/proc/{server.ProcessId}/cmdline"), StringComparison.Ordinal);
    }

    private Task<EmbeddedPostgres> StartAsync(bool durable = false) => StartAsync(_folder, durable);

    private static Task<EmbeddedPostgres> StartAsync(string folder, bool durable = false) =>
        EmbeddedPostgres.StartAsync(new() { DataFolder = folder, Durable = durable, Patience = TimeSpan.FromSeconds(1) }, NullLogger.Instance, CancellationToken.None);

    private static async Task ExecuteAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = Open(server);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var source = Open(server);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static NpgsqlDataSource Open(EmbeddedPostgres server) => NpgsqlDataSource.Create(server.ConnectionString + ";Pooling=false");
}
