using Marketplace.Core.Keys;
using Marketplace.Jose;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// A PostgreSQL with a marketplace of a given size in it, until the process is told to end. Every client
/// has the secret, and <c>orders</c> also the id, that ../shared/bench/oidc-provider/token.lua sends, and the key in <c>client.jwk</c>.
/// </summary>
internal static class World
{
    public const string Secret = "orders-secret-0123456789abcdef";

    public static Task RunAsync(string folder, int applications, int grants, int apis) =>
        new BenchDatabase(folder, durable: false).RunAsync(
            (source, master, cancellation) => LoadAsync(source, folder, new SecretHasher(master).Hash(Secret), applications, grants, apis, cancellation));

    internal static async Task LoadAsync(
        NpgsqlDataSource source, string folder, byte[] secretHash, int applications, int grants, int apis, CancellationToken cancellation)
    {
        var key = Jwk.Generate(JwsAlgorithm.ES256);
        await File.WriteAllTextAsync(Path.Combine(folder, "client.jwk"), key.ToPrivateJson(), cancellation);
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using (var settings = new NpgsqlCommand(
            "select set_config('bench.applications', $1, false), set_config('bench.grants', $2, false), set_config('bench.secret', $3, false), set_config('bench.jwk', $4, false), set_config('bench.apis', $5, false)",
            connection))
        {
            settings.Parameters.AddWithValue(applications.ToString());
            settings.Parameters.AddWithValue(grants.ToString());
            settings.Parameters.AddWithValue(Convert.ToHexString(secretHash));
            settings.Parameters.AddWithValue(key.ToJson());
            settings.Parameters.AddWithValue(apis.ToString());
            await settings.ExecuteNonQueryAsync(cancellation);
        }
        foreach (var name in new[] { "load.sql", "everywhere.sql" })
        {
            await using var script = typeof(World).Assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(script);
            await using var load = new NpgsqlCommand(await reader.ReadToEndAsync(cancellation), connection) { CommandTimeout = 0 };
            await load.ExecuteNonQueryAsync(cancellation);
        }
    }
}
