using System.Collections.Concurrent;
using System.Net;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Gateways.Agent;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Approval, token, HAProxy in front of a service that protects nothing, revocation: all planes and Debian's haproxy for real.</summary>
public sealed class GatewayWholeWayTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_grant_opens_an_endpoint_behind_haproxy_and_its_revocation_closes_it_within_five_seconds()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        // haproxy has the machine's clock, so everybody must.
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments gateway");
        await using var planes = await PlaneServer.StartAsync(bank);
        await using var service = await ServiceAsync();
        var folder = TestFolder.Create("gateway");
        var enforced = new ConcurrentQueue<long>();
        var log = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var options = new HaproxyAgentOptions
        {
            Marketplace = new Uri(planes.Issuer),
            Api = "payments",
            Version = "v1",
            Environment = "production",
            ClientId = registered.ClientId,
            ClientSecret = registered.Secret!,
            Bind = $"127.0.0.1:{LoopbackPort.Pick()}",
            Backend = new Uri(service.Urls.First()).Authority,
            Folder = folder,
        };
        var agent = new HaproxyAgent(options, http, TimeProvider.System, policy => enforced.Enqueue(policy.Revision), log.Enqueue).RunAsync(stop.Token);
        try
        {
            await Eventually.HoldsAsync(() => !enforced.IsEmpty, TimeSpan.FromSeconds(15));
            using var tokens = planes.TokensOf(bank.App, bank.Clock);
            await bank.GrantAsync("listPayments", "getPayment");
            using var sent = new CountingHandler();
            using var payments = new HttpClient(new MarketplaceTokenHandler(tokens, "urn:marketplace:payments:v1:production") { InnerHandler = sent })
            {
                BaseAddress = new Uri("http://" + options.Bind),
            };
            await Eventually.HoldsAsync(async () => (await payments.GetAsync("payments")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(10));
            Assert.Equal($"getPayment for {bank.App.ClientId}", await payments.GetStringAsync("payments/42"));
            Assert.Equal(ReasonCode.OperationNotGranted, SuspendedGrant.ReasonOf(await payments.DeleteAsync("payments/42")));

            var grant = (await bank.GrantsAsync()).Single(grant => grant.Operation == "getPayment");
            await SuspendedGrant.IsRefusedUntilItGoesOnAsync(bank, grant.Id, payments);
            await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "No longer needed.", default);
            await Eventually.HoldsAsync(async () => SuspendedGrant.ReasonOf(await payments.GetAsync("payments/42")) == ReasonCode.GrantEnded, TimeSpan.FromSeconds(5));
            Assert.Equal(HttpStatusCode.OK, (await payments.GetAsync("payments")).StatusCode);
            // A path that would be the line of another call.
            using var forged = new HttpRequestMessage(HttpMethod.Get, "payments/42\"%20call%20200%201%203%20-%20-%20-%20YQ==?\"");
            await payments.SendAsync(forged);
            await Parallel.ForEachAsync(Enumerable.Range(0, 2_000), async (_, cancellation) => (await payments.GetAsync("payments", cancellation)).Dispose());

            await stop.CancelAsync();
            await agent;
            Assert.Equal(sent.ByReason(), await CountingHandler.ReportedAsync(bank.Database));
        }
        catch (Exception e) when (!log.IsEmpty)
        {
            throw new InvalidOperationException("The agent said: " + string.Join('\n', log), e);
        }
        finally
        {
            await stop.CancelAsync();
            await agent;
            TestFolder.Delete(folder);
        }
    }

    private static async Task<WebApplication> ServiceAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var service = builder.Build();
        service.Map("/{**rest}", (Microsoft.AspNetCore.Http.HttpRequest request) => $"{request.Headers["Marketplace-Operation"]} for {request.Headers["Marketplace-Client"]}");
        await service.StartAsync();
        return service;
    }
}
