using System.Diagnostics;
using System.Globalization;
using Marketplace.Bench.Pages;
using Marketplace.Core;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Audit;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench.Ends;

/// <summary>
/// What is done to all 50,000 grants of an API at once, by its owner: each use case as the page and the REST API call it,
/// from its beginning to its commit. The quotas of all of them are counted beside it, and the audit trail verified after it.
/// </summary>
internal static class ManyGrants
{
    private const int Grants = 50_000;

    public static Task RunAsync(string folder) => new BenchDatabase(folder, durable: true).RunAsync(async (source, master, cancellation) =>
    {
        await World.LoadAsync(source, folder, new SecretHasher(master).Hash(World.Secret), 2200, 100_000, 2083, cancellation);
        await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
        var founder = new Actor(Guid.Empty, "bench", PlatformRole.Administrator, "local");
        var person = (await services.GetRequiredService<CreatePerson>().ExecuteAsync(founder, new("owner", "The owner", null, null, Crowd.Password), cancellation)).Value!;
        await LoadAsync(source, person.Id, cancellation);

        var owner = new Actor(person.Id, "owner", null, "local");
        GrantScope all = new(Api: "api-1");
        var (quotas, suspend, end) = (services.GetRequiredService<CountQuotas>(), services.GetRequiredService<SuspendGrants>(), services.GetRequiredService<EndGrants>());
        await TimedAsync("quotas of all counted", () => quotas.StepAsync(cancellation));
        await TimedAsync("quotas of who called in the last minutes (all did) counted", () => quotas.StepAsync(cancellation));
        await TimedAsync("shown before", async () => (await services.GetRequiredService<GrantScopeReader>().PreviewAsync(owner, all, cancellation)).Value!.Grants);
        var times = new[]
        {
            await ChangedAsync("suspended", () => suspend.ExecuteAsync(owner, all, null, "An incident.", cancellation)),
            await ChangedAsync("resumed", () => suspend.ResumeAsync(owner, all, "It is over.", cancellation)),
            await ChangedAsync("to end in a day", () => end.ExecuteAsync(owner, all, TimeProvider.System.GetUtcNow().AddDays(1), "It is retired.", cancellation)),
            await ChangedAsync("kept after all", () => end.KeepAsync(owner, all, "Not yet.", cancellation)),
            await ChangedAsync("ended", () => end.ExecuteAsync(owner, all, null, "An incident.", cancellation)),
        };
        await TimedAsync("the audit trail verified", async () =>
        {
            if (await services.GetRequiredService<AuditReader>().FirstBrokenAsync(cancellation) is { } broken)
                throw new InvalidOperationException($"Audit event {broken} does not follow the one before.");
            await using var count = source.CreateCommand("select count(*) from audit_event");
            return $"{await count.ExecuteScalarAsync(cancellation)} events";
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"worst_change_seconds={times.Max(time => time.TotalSeconds):0.0}"));
    });

    private static Task<TimeSpan> ChangedAsync(string name, Func<Task<Outcome<ChangedGrants>>> change) => TimedAsync(name, async () =>
    {
        var changed = await change();
        return changed is { Succeeded: true, Value: { Grants: Grants } done }
            ? $"{done.Grants:N0} grants of {done.Applications:N0} applications" : throw new InvalidOperationException($"{name}: {string.Join(' ', changed.Problems.Select(p => p.Message))}");
    });

    private static async Task<TimeSpan> TimedAsync<T>(string name, Func<Task<T>> work)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        var took = Stopwatch.GetElapsedTime(began);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds,6:0.0} s  {name}: {result}"));
        return took;
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
        using var reader = new StreamReader(typeof(ManyGrants).Assembly.GetManifestResourceStream("ends.sql")!);
        await using (var load = new NpgsqlCommand(await reader.ReadToEndAsync(cancellation), connection) { CommandTimeout = 0 })
            await load.ExecuteNonQueryAsync(cancellation);
        await using var vacuum = source.CreateCommand("vacuum analyze");
        vacuum.CommandTimeout = 0;
        await vacuum.ExecuteNonQueryAsync(cancellation);
    }
}
