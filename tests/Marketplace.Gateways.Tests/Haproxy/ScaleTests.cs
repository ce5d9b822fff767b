using System.Diagnostics;
using Marketplace.Contracts.Policy;
using Marketplace.Gateways.Tests.Agent;
using Marketplace.Testing.Enforcement;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Gateways.Tests.Haproxy;

public sealed class ScaleTests(ITestOutputHelper output)
{
    private const int Batches = 10;
    private const int Requests = 100;

    [Fact]
    public async Task A_thousand_operations_and_fifty_thousand_grants_cost_no_request_a_millisecond()
    {
        using var issuer = new TestIssuer("http://localhost:5080", TimeProvider.System);
        await using var service = await UnprotectedService.StartAsync(routes => routes.Map("/{**rest}", context => context.Response.WriteAsync("ok")));
        var operations = Enumerable.Range(0, 1000).Select(i => new PolicyOperation(i, $"op{i}", "GET", (i % 4) switch
        {
            0 => $"/resources{i}",
            1 => $"/resources{i}/{{id}}",
            2 => $"/resources{i}/{{id}}/details",
            _ => $"/resources{i}/{{id}}/items/{{item}}",
        })).ToArray();
        var bitmap = OperationBitmap.Of(operations.Select(one => one.Index)).ToString();
        var clients = Enumerable.Range(0, 50).Select(i => i == 0 ? EnforcementPolicy.Client : $"app_{i}");
        var policy = EnforcementPolicy.Snapshot(issuer.Issuer, TimeProvider.System.GetUtcNow()) with
        {
            BasePath = "",
            Operations = operations,
            Grants = [.. clients.Select(client => new PolicyGrant(client, bitmap, 0, 4_000_000_000))],
        };
        await using var haproxy = await RunningHaproxy.StartAsync(policy, issuer.Jwks(), service.Port);
        using var client = new KeptAlive(haproxy.Port);
        var token = issuer.Token(("ops", bitmap));

        foreach (var path in new[] { "/resources0", "/resources1/", "/resources999/a/items/" })
        {
            var best = TimeSpan.MaxValue;
            for (var batch = 0; batch < Batches; batch++)
            {
                var clock = Stopwatch.StartNew();
                for (var i = 0; i < Requests; i++)
                    Assert.Equal((200, null), await client.GetAsync(path.EndsWith('/') ? $"{path}{batch}-{i}" : path, token));
                best = clock.Elapsed < best ? clock.Elapsed : best;
            }

            output.WriteLine($"{path}: {(best / Requests).TotalMicroseconds:0} µs per request, one after the other");
            // The best batch: others may have shared their core.
            Assert.InRange(best / Requests, TimeSpan.Zero, Busy.Allow(TimeSpan.FromMilliseconds(1)));
        }
    }
}
