using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Core;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Marketplace.Bench;

/// <summary>
/// How long from the moment that somebody stops an application until every waiting data plane holds the policy without
/// it. The application holds a grant at every API, so that each one's snapshot is another: nothing more can change at once.
/// </summary>
internal static class Propagation
{
    private const int Rounds = 6;

    public static async Task RunAsync(string folder, Uri tokens, Uri control, int count)
    {
        await using var source = NpgsqlDataSource.Create(await File.ReadAllTextAsync(Path.Combine(folder, "connection")));
        var master = await new MasterKeySource { Value = Environment.GetEnvironmentVariable(MasterKeySource.Variable) }.OpenAsync(source, default);
        await using var services = new ServiceCollection().AddSingleton(master).AddMarketplaceData(_ => source).AddMarketplaceCore().BuildServiceProvider();
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip }) { Timeout = Timeout.InfiniteTimeSpan };
        var pullers = await PullersAsync(http, source, tokens, control, count);
        // The portal that the change is made with has been running: its first one ever takes a second in itself.
        foreach (var disable in new[] { true, false })
            await DisableAsync(services, disable);

        var server = await ServerProcess.StartAsync(control);
        using var end = new CancellationTokenSource();
        var arrivals = new Arrivals(pullers);
        var began = Stopwatch.StartNew();
        var running = pullers.Select(puller => puller.RunAsync(arrivals.Take, end.Token)).ToArray();
        await arrivals.AllHoldAsync(0);
        Console.WriteLine($"{count} pullers hold their first policy after {began.Elapsed.TotalSeconds:0.0} s, {pullers.Average(puller => puller.Told):0} bytes each before compression");

        var before = server.CpuSeconds;
        await Task.Delay(TimeSpan.FromSeconds(20));
        Console.WriteLine($"nothing happens for 20 s after the start: {(server.CpuSeconds - before) / 20 * 100:0.0} % of a processor");
        before = server.CpuSeconds;
        // Longer than a wait: every one of them ends and begins anew.
        await Task.Delay(TimeSpan.FromSeconds(30));
        Console.WriteLine($"nothing happens for 30 s more: {(server.CpuSeconds - before) / 30 * 100:0.0} % of a processor");

        before = server.CpuSeconds;
        var times = new List<double>();
        for (var round = 1; round <= Rounds; round++)
        {
            var took = await ChangeAsync(services, arrivals, disable: round % 2 == 1);
            Console.WriteLine($"round {round}: p50 {Percentile(took, 0.5):0.00} s, p99 {Percentile(took, 0.99):0.00} s, the last after {took[^1]:0.00} s; told {pullers.Average(puller => puller.Told):0} bytes each");
            times.AddRange(took);
            await Task.Delay(TimeSpan.FromSeconds(2));
        }

        var cpu = (server.CpuSeconds - before) / Rounds;
        var megabytes = server.Megabytes;
        server.Dispose();
        began.Restart();
        server = await ServerProcess.StartAsync(control);
        var ready = began.Elapsed.TotalSeconds;
        await ChangeAsync(services, arrivals, disable: true);
        Console.WriteLine($"killed and started anew: ready after {ready:0.0} s; all {count} are back and hold a change made then after {began.Elapsed.TotalSeconds:0.0} s");
        megabytes = Math.Max(megabytes, server.Megabytes);
        await end.CancelAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        server.Dispose();

        times.Sort();
        Console.WriteLine($"reconnect_s={began.Elapsed.TotalSeconds:0.0}");
        Console.WriteLine($"p50_s={Percentile(times, 0.5):0.00} p99_s={Percentile(times, 0.99):0.00} server_mb={megabytes} server_cpu_s={cpu:0.00}");
    }

    /// <summary>Spread over the APIs, each with the token of an application of the team that owns its API.</summary>
    private static async Task<List<Puller>> PullersAsync(HttpClient http, NpgsqlDataSource source, Uri tokens, Uri control, int count)
    {
        var owned = new List<(string Api, string Client)>();
        await using (var command = source.CreateCommand(
            "select a.name, (select p.client_id from application p where p.team_id = a.team_id and p.client_id <> 'application-2' order by p.client_id limit 1) from api a order by a.id"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                owned.Add((reader.GetString(0), reader.GetString(1)));
        }

        var tokenOf = new ConcurrentDictionary<string, string>();
        await Parallel.ForEachAsync(owned.Select(o => o.Client).Distinct(), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (client, _) => tokenOf[client] = await TokenAsync(http, tokens, client));
        return [.. Enumerable.Range(0, count).Select(i => owned[i % owned.Count]).Select(o =>
            new Puller(http, new Uri(control, ControlAddress.SnapshotPath(o.Api, "v1", "production")).AbsoluteUri, tokenOf[o.Client]))];
    }

    private static async Task<string> TokenAsync(HttpClient http, Uri tokens, string client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(tokens, "/oauth/token"))
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", ControlAddress.Audience)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{World.Secret}")));
        using var response = await http.SendAsync(request);
        using var answer = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
        return answer.RootElement.GetProperty("access_token").GetString()!;
    }

    /// <summary>Seconds from before the change is made until each holds it, in order.</summary>
    private static async Task<double[]> ChangeAsync(ServiceProvider services, Arrivals arrivals, bool disable)
    {
        arrivals.Begin();
        return await arrivals.AllHoldAsync(await DisableAsync(services, disable));
    }

    private static async Task<long> DisableAsync(ServiceProvider services, bool disable)
    {
        var officer = new Actor(Guid.Empty, "bench", PlatformRole.SecurityOfficer, "local");
        var revision = await services.GetRequiredService<DisableApplication>().ExecuteAsync(officer, "application-2", disable, "It leaked.", default);
        return revision.Succeeded ? revision.Value : throw new InvalidOperationException(revision.Problems[0].Message);
    }

    private static double Percentile(IReadOnlyList<double> sorted, double share) => sorted[(int)Math.Min(sorted.Count - 1, sorted.Count * share)];
}
