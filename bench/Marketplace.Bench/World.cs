using System.Runtime.InteropServices;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Host.Embedded;
using Marketplace.Jose;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// A PostgreSQL with a marketplace of a given size in it, until the process is told to end. Client <c>orders</c> has
/// the id and the secret that ../shared/bench/oidc-provider/token.lua sends, and the key in <c>client.jwk</c>.
/// </summary>
internal static class World
{
    private const string Secret = "orders-secret-0123456789abcdef";

    public static async Task RunAsync(string folder, int applications, int grants)
    {
        using var end = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        await using var postgres = await EmbeddedPostgres.StartAsync(
            new() { DataFolder = Path.Combine(folder, "postgres"), Durable = false }, NullLogger.Instance, end.Token);
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await new Migrations(source).ApplyAsync(end.Token);
        var master = await new MasterKeySource { Value = Environment.GetEnvironmentVariable(MasterKeySource.Variable) }.OpenAsync(source, end.Token);
        await LoadAsync(source, folder, new SecretHasher(master).Hash(Secret), applications, grants, end.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "connection.new"), postgres.ConnectionString, end.Token);
        File.Move(Path.Combine(folder, "connection.new"), Path.Combine(folder, "connection"));
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task LoadAsync(
        NpgsqlDataSource source, string folder, byte[] secretHash, int applications, int grants, CancellationToken cancellation)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.jwk"), key.ToPrivateJson(), cancellation);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using (var settings = new NpgsqlCommand(
            "select set_config('bench.applications', $1, false), set_config('bench.grants', $2, false), set_config('bench.secret', $3, false), set_config('bench.jwk', $4, false)",
            connection))
        {
            settings.Parameters.AddWithValue(applications.ToString());
            settings.Parameters.AddWithValue(grants.ToString());
            settings.Parameters.AddWithValue(Convert.ToHexString(secretHash));
            settings.Parameters.AddWithValue(key.ToJson());
            await settings.ExecuteNonQueryAsync(cancellation);
        }
        await using var script = typeof(World).Assembly.GetManifestResourceStream("load.sql")!;
        using var reader = new StreamReader(script);
        await using var load = new NpgsqlCommand(await reader.ReadToEndAsync(cancellation), connection) { CommandTimeout = 0 };
        await load.ExecuteNonQueryAsync(cancellation);
    }
}
