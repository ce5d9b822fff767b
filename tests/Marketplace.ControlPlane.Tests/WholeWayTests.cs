using System.Net;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.Tests;

/// <summary>Approval, token, protected service, revocation: all planes and the SDK for real.</summary>
public sealed class WholeWayTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_grant_opens_an_endpoint_and_its_revocation_closes_it_within_five_seconds()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await using var planes = await PlaneServer.StartAsync(bank);
        await using var service = await ServiceAsync(bank, planes, registered.ClientId, registered.Secret!);
        using var tokens = planes.TokensOf(bank.App, bank.Clock);
        await bank.GrantAsync("listPayments", "getPayment");
        using var payments = new HttpClient(new MarketplaceTokenHandler(tokens, "urn:marketplace:payments:v1:production") { InnerHandler = new SocketsHttpHandler() })
        {
            BaseAddress = new Uri(service.Urls.First()),
        };
        await Eventually.HoldsAsync(async () => (await payments.GetAsync("payments")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(10));

        Assert.Equal($"42 for {bank.App.ClientId}", await payments.GetStringAsync("payments/42"));
        Assert.Equal(ReasonCode.OperationNotGranted, Reason(await payments.DeleteAsync("payments/42")));

        var grant = (await bank.GrantsAsync()).Single(grant => grant.Operation == "getPayment");
        await bank.Use<RevokeGrant>().ExecuteAsync(bank.Olivia, grant.Id, "No longer needed.", default);
        await Eventually.HoldsAsync(async () => Reason(await payments.GetAsync("payments/42")) == ReasonCode.GrantEnded, TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await payments.GetAsync("payments")).StatusCode);
    }

    private static string? Reason(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Marketplace-Reason", out var values) ? values.Single() : null;

    private static async Task<WebApplication> ServiceAsync(Bank bank, PlaneServer planes, string clientId, string secret)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(bank.Clock);
        builder.AddMarketplaceProtection(options =>
        {
            options.Url = new Uri(planes.Issuer);
            (options.Api, options.Version, options.Environment) = ("payments", "v1", "production");
            (options.ClientId, options.ClientSecret) = (clientId, secret);
        });
        var service = builder.Build();
        service.MapGet("/payments", () => "all");
        service.MapGet("/payments/{id}", (string id, Microsoft.AspNetCore.Http.HttpContext context) => $"{id} for {context.GetMarketplaceCaller()?.ClientId}");
        service.MapDelete("/payments/{id}", (string id) => id);
        await service.StartAsync();
        return service;
    }
}
