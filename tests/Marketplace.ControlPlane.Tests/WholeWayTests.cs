using System.Net;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
        using var sent = new CountingHandler();
        using var payments = new HttpClient(new MarketplaceTokenHandler(tokens, "urn:marketplace:payments:v1:production") { InnerHandler = sent })
        {
            BaseAddress = new Uri(service.Urls.First()),
        };
        await Eventually.HoldsAsync(async () => (await payments.GetAsync("payments")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(10));

        Assert.Equal($"42 for {bank.App.ClientId}", await payments.GetStringAsync("payments/42"));
        Assert.Equal(ReasonCode.OperationNotGranted, SuspendedGrant.ReasonOf(await payments.DeleteAsync("payments/42")));

        var grant = (await bank.GrantsAsync()).Single(grant => grant.Operation == "getPayment");
        await SuspendedGrant.IsRefusedUntilItGoesOnAsync(bank, grant.Id, payments);
        await bank.Use<EndGrants>().ExecuteAsync(bank.Olivia, GrantScope.Of(grant.Id), null, "No longer needed.", default);
        await Eventually.HoldsAsync(async () => SuspendedGrant.ReasonOf(await payments.GetAsync("payments/42")) == ReasonCode.GrantEnded, TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await payments.GetAsync("payments")).StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await payments.GetAsync("payments?fail=1")).StatusCode);

        await service.StopAsync();
        Assert.Equal(sent.ByReason(), await CountingHandler.ReportedAsync(bank.Database));
        Assert.Equal(1, await bank.Database.ScalarAsync<long>("select sum(errors)::bigint from call_usage where span = 60"));
    }

    [Fact]
    public async Task What_is_taken_in_an_incident_can_be_called_at_once_and_not_after_its_end()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await using var planes = await PlaneServer.StartAsync(bank);
        await using var service = await ServiceAsync(bank, planes, registered.ClientId, registered.Secret!);
        using var tokens = planes.TokensOf(bank.App, bank.Clock);
        using var payments = new HttpClient(new MarketplaceTokenHandler(tokens, "urn:marketplace:payments:v1:production") { InnerHandler = new HttpClientHandler() })
        {
            BaseAddress = new Uri(service.Urls.First()),
        };
        Assert.False(await PassesAsync("payments/42"));

        var take = bank.Use<TakeEmergencyAccess>();
        EmergencyInput input = new(bank.App.ClientId, "payments", "v1", "production", ["getPayment", "listPayments"], "Payments hang and customers wait.", "INC-4711", 1);
        var taken = await take.ExecuteAsync(bank.Dirk, input, default);
        await Eventually.HoldsAsync(() => PassesAsync("payments/42"), TimeSpan.FromSeconds(10));
        Assert.Equal(ReasonCode.OperationNotGranted, SuspendedGrant.ReasonOf(await payments.DeleteAsync("payments/42")));

        // An owner ends it: the token that the application holds is worth nothing any more.
        Assert.True((await bank.Use<EndEmergency>().ExecuteAsync(bank.Olivia, taken.Value!.Number, "The incident is over.", default)).Succeeded);
        await Eventually.HoldsAsync(async () => SuspendedGrant.ReasonOf(await payments.GetAsync("payments/42")) == ReasonCode.GrantEnded, TimeSpan.FromSeconds(10));

        // Another ends by itself. The token of before is over then: the next has what was taken now.
        bank.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.True((await take.ExecuteAsync(bank.Dirk, input with { Operations = ["createPayment"], Incident = "INC-4712" }, default)).Succeeded);
        await Eventually.HoldsAsync(() => AnswersAsync(() => payments.PostAsync("payments", null)), TimeSpan.FromSeconds(10));
        bank.Clock.Advance(TimeSpan.FromMinutes(61));
        await Eventually.HoldsAsync(async () => !await AnswersAsync(() => payments.PostAsync("payments", null)), TimeSpan.FromSeconds(10));

        Task<bool> PassesAsync(string path) => AnswersAsync(() => payments.GetAsync(path));

        // Without anything granted there is no token either.
        static async Task<bool> AnswersAsync(Func<Task<HttpResponseMessage>> call)
        {
            try
            {
                using var answer = await call();
                return answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.ServiceUnavailable);
            }
            catch (Exception refused) when (refused is HttpRequestException or InvalidOperationException or MarketplaceTokenException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_service_is_called_by_its_name_until_it_says_that_it_goes()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await bank.GrantAsync("listPayments");
        await using var planes = await PlaneServer.StartAsync(bank);
        await planes.SettleAsync(bank);
        await using var service = await ServiceAsync(bank, planes, registered.ClientId, registered.Secret!, $"http://127.0.0.1:{LoopbackPort.Pick()}");
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<TimeProvider>(bank.Clock).AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.Configure<MarketplaceClientOptions>("payments", options =>
            (options.Url, options.ClientId, options.ClientSecret) = (new Uri(planes.Issuer), bank.App.ClientId, bank.App.Secret));
        services.AddHttpClient("payments").AddMarketplaceApi("payments", "v1", "production", options => options.StateFolder = "");
        await using var consumer = services.BuildServiceProvider();
        var payments = consumer.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

        await Eventually.HoldsAsync(async () => await payments.GetStringAsync("payments") == "all", TimeSpan.FromSeconds(10));
        // Until its first policy it was not.
        await Eventually.HoldsAsync(
            async () =>
            {
                bank.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return await bank.Database.ScalarAsync<string>("select state from service_instance") == "ready";
            },
            TimeSpan.FromSeconds(10));

        var stop = service.StopAsync();
        await Eventually.HoldsAsync(
            () =>
            {
                bank.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return stop.IsCompleted;
            },
            TimeSpan.FromSeconds(10));
        await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<long>("select count(*) from service_instance") == 0, TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(
            async () => (await Assert.ThrowsAsync<HttpRequestException>(() => payments.GetStringAsync("payments"))).Message.Contains("none is registered", StringComparison.Ordinal),
            TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Shadow_mode_opens_a_line_to_callers_without_a_token_until_it_is_enforced()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await using var planes = await PlaneServer.StartAsync(bank);
        await using var service = await ServiceAsync(bank, planes, registered.ClientId, registered.Secret!);
        using var stranger = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };
        await Eventually.HoldsAsync(async () => SuspendedGrant.ReasonOf(await stranger.GetAsync("payments")) == ReasonCode.TokenMissing, TimeSpan.FromSeconds(10));

        var begun = await bank.Use<BeginShadowMode>().ExecuteAsync(
            bank.SecurityOfficer, new("payments", "v1", "production", bank.Clock.GetUtcNow().AddDays(9), "Callers exist already."), default);
        Assert.True(begun.Succeeded);
        await Eventually.HoldsAsync(async () => (await stranger.GetAsync("payments")).StatusCode == HttpStatusCode.OK, TimeSpan.FromSeconds(5));
        var served = await stranger.GetAsync("payments/42");
        Assert.Equal(("42 for ", ReasonCode.TokenMissing), (await served.Content.ReadAsStringAsync(), served.Headers.GetValues(LetThrough.Header).Single()));

        await bank.Use<StartEnforcing>().ExecuteAsync(bank.Olivia, "payments", "v1", "production", true, default);
        await Eventually.HoldsAsync(async () => SuspendedGrant.ReasonOf(await stranger.GetAsync("payments")) == ReasonCode.TokenMissing, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_token_bound_to_a_key_is_called_with_by_oauth4webapi_and_worth_nothing_without_the_key()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        // Programs of others go by the real clock; this one stands still, and proofs may be a minute old but hardly ahead.
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow() + TimeSpan.FromSeconds(25));
        var registered = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments service");
        await bank.GrantAsync("getPayment");
        await using var planes = await PlaneServer.StartAsync(bank);
        await using var service = await ServiceAsync(bank, planes, registered.ClientId, registered.Secret!);
        // It sees that its clock is not that of the answers, and says so.
        await Eventually.HoldsAsync(async () => await HealthAsync(service) == HealthStatus.Degraded, TimeSpan.FromSeconds(10));

        var result = await NodeScript.RunAsync("dpop-call.mjs",
            [planes.Issuer, "urn:marketplace:payments:v1:production", bank.App.ClientId, service.Urls.First() + "/payments/42"], null, bank.App.Secret);
        using var calls = JsonDocument.Parse(result.Must());

        Assert.Equal((200, $"42 for {bank.App.ClientId}"), (Status("first"), calls.RootElement.GetProperty("first").GetProperty("body").GetString()));
        Assert.Equal(200, Status("second"));
        Assert.Equal((401, ReasonCode.TokenProofMissing, "dpop bearer"), (Status("asBearer"), ReasonOf("asBearer"), Schemes("asBearer")));
        Assert.Equal((401, ReasonCode.TokenProofInvalid, "dpop"), (Status("withAnotherKey"), ReasonOf("withAnotherKey"), Schemes("withAnotherKey")));

        int Status(string call) => calls.RootElement.GetProperty(call).GetProperty("status").GetInt32();
        string? ReasonOf(string call) => calls.RootElement.GetProperty(call).GetProperty("reason").GetString();
        string Schemes(string call) => string.Join(' ', calls.RootElement.GetProperty(call).GetProperty("challenges").EnumerateArray()
            .Select(challenge => challenge.GetProperty("scheme").GetString()));
    }

    private static async Task<HealthStatus> HealthAsync(WebApplication service) =>
        (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    private static async Task<WebApplication> ServiceAsync(Bank bank, PlaneServer planes, string clientId, string secret, string? registeredAt = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(registeredAt ?? "http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(bank.Clock);
        builder.AddMarketplaceProtection(options =>
        {
            options.Url = new Uri(planes.Issuer);
            options.StateFolder = "";
            (options.Api, options.Version, options.Environment) = ("payments", "v1", "production");
            (options.ClientId, options.ClientSecret) = (clientId, secret);
            options.Instance.Url = registeredAt is null ? null : new Uri(registeredAt);
        });
        var service = builder.Build();
        service.MapGet("/payments", (string? fail) => fail is null ? "all" : throw new InvalidOperationException("As asked for."));
        service.MapGet("/payments/{id}", (string id, Microsoft.AspNetCore.Http.HttpContext context) => $"{id} for {context.GetMarketplaceCaller()?.ClientId}");
        service.MapDelete("/payments/{id}", (string id) => id);
        await service.StartAsync();
        return service;
    }
}
