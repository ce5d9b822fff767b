using System.Net.Http.Headers;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Sdk;
using Marketplace.Testing;

namespace Marketplace.ControlPlane.Tests;

/// <summary>A data plane goes on counting while the control plane is killed under it.</summary>
public sealed class UsageOverKillTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Over_kills_of_the_control_plane_in_the_middle_of_reports_each_call_counts_once()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        await bank.GrantAsync("listPayments");
        var service = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        var options = new HostProcessOptions
        {
            ConnectionString = bank.Database.ConnectionString, Port = LoopbackPort.Pick(),
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["Planes"] = "token,control" },
        };
        var counts = new CallCounts(TimeProvider.System);
        var line = new UsageReport { Api = "payments", Version = "v1", Environment = "production", Start = 0, Sequence = 0, Rows = [] };
        var url = new Uri($"http://localhost:{options.Port}");
        using var tokens = new MarketplaceTokenSource(new MarketplaceClientOptions { Url = url, ClientId = service.ClientId, ClientSecret = service.Secret });
        using var http = new HttpClient { BaseAddress = url };
        var reporter = new UsageReporter(counts, line, SendAsync, TimeProvider.System, _ => { });
        var called = 0;
        for (var round = 0; round < 2; round++)
        {
            await using var host = await HostProcess.StartAsync(options);
            await Eventually.HoldsAsync(FlushAsync, TimeSpan.FromSeconds(15));
            var killing = Task.Run(async () =>
            {
                // At any moment of a report's way: it is written within a second.
                await Task.Delay(300 + (round * 500));
                host.Process.Signal(9);
                await host.Process.Exit;
            });
            while (await FlushAsync())
                await Task.Delay(10);
            await killing;
            Assert.False(await FlushAsync());
        }

        await using var last = await HostProcess.StartAsync(options);
        await Eventually.HoldsAsync(FlushAsync, TimeSpan.FromSeconds(15));
        Assert.Equal(called, await bank.Database.ScalarAsync<long>("select sum(count)::bigint from call_usage where span = 60"));

        Task<bool> FlushAsync()
        {
            for (var i = 0; i < 10; i++, called++)
                counts.Add(bank.App.ClientId, 0, UsageDecision.Allowed, null, TimeSpan.FromMilliseconds(3), isError: false);
            return reporter.FlushAsync(TimeSpan.FromSeconds(5));
        }

        async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await tokens.GetTokenAsync(ControlAddress.Audience, cancellation));
            return await http.SendAsync(request, cancellation);
        }
    }
}
