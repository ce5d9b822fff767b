using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Marketplace.Core;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench.Pages;

/// <summary>
/// The full-size marketplace with the biggest of everything around one team, and people with passwords who see it, until
/// the process is told to end. A folder in which it was loaded before is served as it is.
/// </summary>
internal static class Crowd
{
    public const string Password = "somebody of the crowd";

    public static readonly (string Name, PlatformRole? Role)[] People =
        [("owner", null), ("administrator", PlatformRole.Administrator), ("officer", PlatformRole.SecurityOfficer), ("auditor", PlatformRole.Auditor)];

    public static Task RunAsync(string folder) => new BenchDatabase(folder, durable: true).RunAsync(async (source, master, cancellation) =>
    {
        var loaded = Path.Combine(folder, "loaded");
        if (File.Exists(loaded))
            return;
        await World.LoadAsync(source, folder, new SecretHasher(master).Hash(World.Secret), 2200, 100_000, 2083, cancellation);
        await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
        var founder = new Actor(Guid.Empty, "bench", PlatformRole.Administrator, "local");
        var made = new List<Person>();
        foreach (var (name, role) in People)
            made.Add((await services.GetRequiredService<CreatePerson>().ExecuteAsync(founder, new(name, $"The {name}", null, role, Password), cancellation)).Value!);
        await LoadAsync(source, made[0].Id, cancellation);
        var owner = new Actor(made[0].Id, "owner", null, "local");
        foreach (var endpoints in new[] { 60, 59 })
            Hold(await services.GetRequiredService<PublishSpec>().ExecuteAsync(owner, new("api-1", "v1", Encoding.UTF8.GetBytes(Document(endpoints)), OverrideReason: "An endpoint goes, for the bench."), cancellation));
        var auditor = new Actor(made[3].Id, "auditor", PlatformRole.Auditor, "local");
        var due = TimeProvider.System.GetUtcNow().AddDays(60);
        Hold(await services.GetRequiredService<OpenCampaign>().ExecuteAsync(auditor, new("Everything", new(), due), cancellation));
        for (var i = 1; i <= 5; i++)
            Hold(await services.GetRequiredService<OpenCampaign>().ExecuteAsync(owner, new($"Crowd {i}", new(Api: "api-1"), due), cancellation));
        var began = Stopwatch.GetTimestamp();
        while (await services.GetRequiredService<GatherCampaign>().StepAsync(cancellation))
            continue;
        Console.WriteLine($"campaigns over {100_000:N0} grants, and 5 over 5,000, put together in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        await using var vacuum = source.CreateCommand("vacuum analyze");
        vacuum.CommandTimeout = 0;
        await vacuum.ExecuteNonQueryAsync(cancellation);
        await File.WriteAllTextAsync(loaded, "", cancellation);
    });

    private static void Hold<T>(Outcome<T> outcome)
    {
        if (!outcome.Succeeded)
            throw new InvalidOperationException(string.Join('\n', outcome.Problems.Select(problem => problem.Message)));
    }

    private static async Task LoadAsync(NpgsqlDataSource source, Guid owner, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using (var settings = new NpgsqlCommand(
            $"""
            select set_config('bench.applications', '2200', false), set_config('bench.owner', '{owner}', false);
            create or replace function pg_temp.id(kind text, n int) returns uuid immutable language sql as $$ select (left(md5(kind), 8) || lpad(to_hex(n), 24, '0'))::uuid $$;
            """, connection))
            await settings.ExecuteNonQueryAsync(cancellation);
        foreach (var name in new[] { "crowd.sql", "around.sql" })
        {
            using var reader = new StreamReader(typeof(Crowd).Assembly.GetManifestResourceStream(name)!);
            await using var load = new NpgsqlCommand(await reader.ReadToEndAsync(cancellation), connection) { CommandTimeout = 0 };
            await load.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>The endpoints that load.sql gave the API.</summary>
    private static string Document(int endpoints)
    {
        var paths = Enumerable.Range(0, endpoints).Select(i => (Path: $"/resource-{i}", Key: i switch { 0 => "createPayment", 1 => "getPayment", _ => $"operation{i}" }))
            .ToDictionary(o => o.Path, o => new { get = new { operationId = o.Key, summary = $"Reads {o.Path}", responses = new Dictionary<string, object>(StringComparer.Ordinal) { ["200"] = new { description = "It." } } } }, StringComparer.Ordinal);
        return JsonSerializer.Serialize(new { openapi = "3.1.0", info = new { title = "API 1", version = "1.0.0", description = "Sixty endpoints." }, paths });
    }
}
