using System.Net;
using Marketplace.Contracts.Discovery;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Sdk.Tests.Balancing;

/// <summary>A service says where it is, how it is, and when it goes.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task A_service_registers_and_at_its_end_answers_what_is_under_way_before_it_leaves()
    {
        await using var marketplace = await TestMarketplace.StartAsync();
        var (arrived, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var service = await ProtectedService.ReadyAsync(marketplace, configure: Registered, map: app => app.MapGet("/{**rest}", async () =>
        {
            arrived.TrySetResult();
            await goOn.Task;
            return "late";
        }));
        await Eventually.HoldsAsync(() => marketplace.Instances.Heard.Contains("pod-1 ready"), TimeSpan.FromSeconds(10));
        Assert.Equal(new ServiceInstance("pod-1", "http://127.0.0.1:5999/", "ams-1", "2.4.1", 100, 10, InstanceState.Ready), Assert.Single(marketplace.Instances.List.Instances));

        var call = service.GetAsync("/bank/v1/payments", marketplace.Issuer);
        await arrived.Task;
        var stop = service.Services.GetRequiredService<IHost>().StopAsync();
        await Eventually.HoldsAsync(() => marketplace.Instances.Heard.Contains("pod-1 draining"), TimeSpan.FromSeconds(5));
        await Task.Delay(TimeSpan.FromSeconds(2.3));
        // Others are told not to come any more; who is being served keeps it.
        Assert.False(stop.IsCompleted);
        Assert.DoesNotContain("pod-1 left", marketplace.Instances.Heard);
        goOn.SetResult();

        Assert.Equal(200, (await call).Status);
        await stop;
        Assert.Equal("pod-1 left", marketplace.Instances.Heard.Last());
        await service.DisposeAsync();
    }

    [Fact]
    public async Task A_service_that_is_not_well_says_so_itself()
    {
        await using var marketplace = await TestMarketplace.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHealthChecks().AddCheck("disk", () => HealthCheckResult.Unhealthy());
        builder.AddMarketplaceProtection(options =>
        {
            (options.Url, options.ClientId, options.ClientSecret, options.StateFolder) = (new Uri(marketplace.Url), "app_payments", "secret", "");
            (options.Api, options.Version, options.Environment) = (EnforcementPolicy.Api, EnforcementPolicy.Version, EnforcementPolicy.Environment);
            Registered(options);
        });
        await using var service = builder.Build();
        await service.StartAsync();

        await Eventually.HoldsAsync(() => marketplace.Instances.Heard.Contains("pod-1 unhealthy"), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain("pod-1 ready", marketplace.Instances.Heard);
        marketplace.IsDown = true;
    }

    [Theory]
    [InlineData("ftp://10.0.0.1", "ams-1", "http")]
    [InlineData("http://10.0.0.1?x=y", "ams-1", "query")]
    [InlineData("http://10.0.0.1", "a b", "zone")]
    public void What_the_marketplace_would_refuse_is_said_at_start(string url, string zone, string word)
    {
        var options = new MarketplaceOptions { Url = new Uri("http://marketplace.example"), ClientId = "a", ClientSecret = "b", Api = "a", Version = "v1", Environment = "production" };
        Assert.Empty(options.Problems());
        (options.Instance.Url, options.Instance.Zone) = (new Uri(url), zone);

        Assert.Contains(word, Assert.Single(options.Problems()), StringComparison.Ordinal);
    }

    private static void Registered(MarketplaceOptions options)
    {
        (options.Instance.Url, options.Instance.Id, options.Instance.Zone) = (new Uri("http://127.0.0.1:5999"), "pod-1", "ams-1");
        (options.Instance.Version, options.Instance.Share) = ("2.4.1", 10);
    }
}
