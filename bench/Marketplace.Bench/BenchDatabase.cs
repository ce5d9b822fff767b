using System.Runtime.InteropServices;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Host.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// A PostgreSQL in <paramref name="folder"/> until the process is told to end. File <c>connection</c> appears there
/// when it is loaded, and says how to reach it.
/// </summary>
internal sealed class BenchDatabase(string folder, bool durable)
{
    public async Task RunAsync(Func<NpgsqlDataSource, MasterKey, CancellationToken, Task> load)
    {
        using var end = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        await using var postgres = await EmbeddedPostgres.StartAsync(
            new() { DataFolder = Path.Combine(folder, "postgres"), Durable = durable }, NullLogger.Instance, end.Token);
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await new Migrations(source).ApplyAsync(end.Token);
        var master = await new MasterKeySource { Value = Environment.GetEnvironmentVariable(MasterKeySource.Variable) }.OpenAsync(source, end.Token);
        await load(source, master, end.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "connection.new"), postgres.ConnectionString, end.Token);
        File.Move(Path.Combine(folder, "connection.new"), Path.Combine(folder, "connection"));
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
