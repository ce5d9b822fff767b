using Marketplace.Contracts.Policy;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Tests.Protection;

public sealed class AccountsController : ControllerBase
{
    [HttpGet("/bank/v1/accounts/{id}")]
    public string Get(string id) => $"{id} for {HttpContext.GetMarketplaceCaller()?.ClientId} by {HttpContext.GetMarketplaceCaller()?.Operation}";

    [HttpGet("/undocumented")]
    public string Undocumented() => "must not be seen";
}

public sealed class WholeServiceTests : IAsyncLifetime
{
    private TestMarketplace marketplace = null!;

    public async ValueTask InitializeAsync() => marketplace = await TestMarketplace.StartAsync();

    public ValueTask DisposeAsync() => marketplace.DisposeAsync();

    [Fact]
    public async Task Controllers_are_protected_and_know_the_caller()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace, map: _ => { });

        Assert.Equal(401, (await service.SendAsync("GET", "/bank/v1/accounts/7", [])).Status);
        Assert.Equal("7 for app_shop by getAccount", (await service.GetAsync("/bank/v1/accounts/7", marketplace.Issuer)).Body);
        Assert.Equal(ReasonCode.OperationUnknown, (await service.GetAsync("/undocumented", marketplace.Issuer)).Reason);
    }

    [Fact]
    public async Task Middleware_of_the_service_itself_comes_after_the_protection()
    {
        var seen = 0;
        await using var service = await ProtectedService.ReadyAsync(marketplace, map: app => app.Use((context, next) =>
        {
            Interlocked.Increment(ref seen);
            return next(context);
        }));

        await service.SendAsync("GET", "/bank/v1/payments", []);

        Assert.Equal(0, seen);
    }

    [Fact]
    public async Task Only_the_exact_unprotected_path_is_open()
    {
        await using var service = await ProtectedService.ReadyAsync(
            marketplace, map: app => app.MapGet("/health/{what}", (HttpContext context) => $"ok {context.GetMarketplaceCaller()}"),
            configure: options => options.UnprotectedPaths.Add("/health/live"));

        Assert.Equal("ok ", (await service.SendAsync("GET", "/health/live?x=1", [])).Body);
        foreach (var path in (string[])["/health/LIVE", "/health/live/", "/health/liv%65", "/health/ready", "/x/../health/live", "/HEALTH/live"])
            Assert.Equal(401, (await service.SendAsync("GET", path, [])).Status);
    }

    [Theory]
    [InlineData(@"http://localhost\health/secret#/health/live")]
    [InlineData(@"http://localhost\health\secret#/health/live")]
    [InlineData("http://localhost#/health/live")]
    [InlineData(@"http://localhost\health/live")]
    [InlineData("http://someone@localhost/health/live")]
    [InlineData("http:///health/live")]
    public async Task An_absolute_target_cannot_show_the_server_another_path_than_us(string target)
    {
        await using var service = await ProtectedService.ReadyAsync(
            marketplace, map: app => app.Map("/{**rest}", (HttpContext context) => "reached " + context.Request.Path),
            configure: options => options.UnprotectedPaths.Add("/health/live"));

        Assert.DoesNotContain("reached", (await service.SendAsync("GET", target, [])).Body, StringComparison.Ordinal);
        Assert.Contains("reached", (await service.SendAsync("GET", "http://localhost:80/health/live", [])).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_behind_a_rewriting_proxy_names_its_own_base_path()
    {
        await using var service = await ProtectedService.ReadyAsync(
            marketplace, map: app => app.MapGet("/payments", () => "all"), configure: options => options.BasePath = "");

        Assert.Equal("all", (await service.GetAsync("/payments", marketplace.Issuer)).Body);
        Assert.Equal(ReasonCode.OperationUnknown, (await service.GetAsync("/bank/v1/payments", marketplace.Issuer)).Reason);
    }

    [Fact]
    public async Task A_token_bound_to_a_key_is_not_taken_as_a_bearer_token()
    {
        await using var service = await ProtectedService.ReadyAsync(marketplace);
        var bound = marketplace.Issuer.Token(("cnf", new System.Text.Json.Nodes.JsonObject { ["jkt"] = "x" }));

        Assert.Equal(ReasonCode.TokenProofMissing, (await service.SendAsync("GET", "/bank/v1/payments", ["Authorization: Bearer " + bound])).Reason);
    }

    [Fact]
    public async Task Options_that_cannot_work_stop_the_start_with_every_reason()
    {
        var problems = await Assert.ThrowsAsync<OptionsValidationException>(() => ProtectedService.StartAsync(marketplace, configure: options =>
        {
            options.Url = null;
            options.Api = " ";
            options.ClientSecretFile = "/also";
            options.ClockSkew = TimeSpan.FromMinutes(5);
            options.BasePath = "v1/";
        }));

        Assert.Equal(5, problems.Failures.Count());
    }
}
