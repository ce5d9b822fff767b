using System.Collections.Concurrent;
using System.Net;
using Marketplace.Contracts.Discovery;
using Marketplace.Testing;
using Marketplace.Testing.Enforcement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Sdk.Tests.Balancing;

/// <summary>A consumer's one line against real providers: by name, whichever of them is slow, gone or on its way out.</summary>
public sealed class ApiClientTests : IAsyncLifetime
{
    private readonly string folder = TestFolder.Create("instances");
    private readonly List<Provider> providers = [];
    private TestMarketplace marketplace = null!;

    public async ValueTask InitializeAsync()
    {
        marketplace = await TestMarketplace.StartAsync();
        for (var i = 0; i < 3; i++)
            providers.Add(await Provider.StartAsync($"pod-{i}"));
        marketplace.Instances.Publish(providers.Select(p => p.Instance()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in providers)
            await provider.DisposeAsync();
        await marketplace.DisposeAsync();
        TestFolder.Delete(folder);
    }

    [Fact]
    public async Task A_name_is_an_instance_with_a_token_for_it()
    {
        await using var consumer = Consumer();
        for (var i = 0; i < 60; i++)
            Assert.Equal("/bank/v1/payments?page=2", await Http(consumer).GetStringAsync("http://payments/bank/v1/payments?page=2"));

        // Evenly only on a test clock, as in BalancerTests: here who answers faster gets more.
        Assert.All(providers, p => Assert.NotEmpty(p.Calls));
        Assert.Equal(60, providers.Sum(p => p.Calls.Count));
        Assert.All(providers.SelectMany(p => p.Calls), call => Assert.StartsWith("GET Bearer ey", call, StringComparison.Ordinal));
        Assert.Equal([EnforcementPolicy.Audience], marketplace.TokenRequests.Select(t => t.Resource).Where(r => r != "urn:marketplace:control").Distinct());
        var elsewhere = await Assert.ThrowsAsync<InvalidOperationException>(() => Http(consumer).GetStringAsync("http://evil.example/"));
        Assert.Contains("http://payments/", elsewhere.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_a_path_nor_an_answer_sends_a_call_elsewhere()
    {
        await using var evil = await Provider.StartAsync("evil");
        await using var consumer = Consumer();
        // What a caller puts into an address may begin with a slash, and two of them name a host.
        Assert.Equal($"//127.0.0.1:{new Uri(evil.Url).Port}/steal", await Http(consumer).GetStringAsync($"http://payments//127.0.0.1:{new Uri(evil.Url).Port}/steal"));
        using (var byName = new HttpRequestMessage(HttpMethod.Get, "http://payments/again"))
        using (await Http(consumer).SendAsync(byName))
            Assert.Equal("http://payments/again", byName.RequestUri?.AbsoluteUri);
        foreach (var provider in providers)
            (provider.Status, provider.Location) = (307, evil.Url + "/steal");
        using var answer = await Http(consumer).PostAsync("payments", new StringContent("IBAN"));

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Empty(evil.Calls);
    }

    [Fact]
    public async Task One_that_dies_costs_no_idempotent_call_and_one_that_joins_is_used()
    {
        await using var consumer = Consumer();
        Assert.Equal(30, await GoodAsync(consumer, 30));
        await providers[0].DisposeAsync();
        Assert.Equal(60, await GoodAsync(consumer, 60));
        // Nothing of a refused connection was sent, so that even this may go elsewhere.
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await Http(consumer).PostAsync("payments", new StringContent("{}"))).StatusCode);

        providers.Add(await Provider.StartAsync("pod-3"));
        marketplace.Instances.Publish(providers.Select(p => p.Instance()));
        await Eventually.HoldsAsync(async () => await GoodAsync(consumer, 10) == 10 && !providers[3].Calls.IsEmpty, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_may_be_sent_twice_goes_to_another_and_what_may_not_comes_back_as_it_is()
    {
        providers[0].Status = providers[1].Status = 503;
        // Two of three are bad, more than half of which stay in: each call may need two retries.
        await using var consumer = Consumer(options => options.RetryPart = 1);
        Assert.Equal(10, await GoodAsync(consumer, 10));

        var answers = new List<HttpStatusCode>();
        await using var fresh = Consumer();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await Http(fresh).PostAsync("payments", new StringContent("{}"));
            answers.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.ServiceUnavailable, answers);
        Assert.Equal(6, providers.Sum(p => p.Calls.Count(call => call.StartsWith("POST", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task One_that_hangs_is_given_up_for_another()
    {
        providers[0].Delay = TimeSpan.FromSeconds(30);
        await using var consumer = Consumer(options => options.AttemptTimeout = TimeSpan.FromSeconds(1));

        Assert.Equal(20, await GoodAsync(consumer, 20));
    }

    [Fact]
    public async Task Who_drains_gets_no_new_call()
    {
        await using var consumer = Consumer();
        await GoodAsync(consumer, 10);
        marketplace.Instances.Publish(providers.Select((p, i) => p.Instance(i == 0 ? InstanceState.Draining : InstanceState.Ready)));
        await Eventually.HoldsAsync(
            async () =>
            {
                var before = providers[0].Calls.Count;
                return await GoodAsync(consumer, 20) == 20 && providers[0].Calls.Count == before;
            },
            TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Without_the_marketplace_a_client_goes_on_and_starts_from_its_own_disk()
    {
        await using (var consumer = Consumer())
        {
            Assert.Equal(5, await GoodAsync(consumer, 5));
            marketplace.IsDown = true;
            Assert.Equal(20, await GoodAsync(consumer, 20));
        }

        // Tokens come from the marketplace too; what is shown is that the addresses are known without it.
        await using var restarted = Consumer();
        var refused = await Assert.ThrowsAsync<MarketplaceTokenException>(() => GoodAsync(restarted, 1));
        Assert.True(refused.IsTransient);
        marketplace.IsDown = false;
        marketplace.Instances.Forged = "x";
        Assert.Equal(5, await GoodAsync(restarted, 5));
    }

    [Fact]
    public async Task Without_any_list_the_fallback_is_called_and_without_that_the_sentence_says_what_is_missing()
    {
        marketplace.Instances.Publish([]);
        await using (var consumer = Consumer(options => options.Fallback.Add(new Uri(providers[2].Url))))
            Assert.Equal(5, await GoodAsync(consumer, 5));
        Assert.Equal(5, providers[2].Calls.Count);

        await using var lost = Consumer();
        var none = await Assert.ThrowsAsync<HttpRequestException>(() => GoodAsync(lost, 1));
        Assert.Equal("No instance of payments v1 in production is known: none is registered.", none.Message);
    }

    [Theory]
    [InlineData("a stranger's")]
    [InlineData("an older one")]
    [InlineData("another environment's")]
    [InlineData("one of an address that is none")]
    public async Task A_list_that_others_signed_or_that_is_older_is_not_believed(string list)
    {
        await using var consumer = Consumer();
        Assert.Equal(5, await GoodAsync(consumer, 5));
        var evil = new ServiceInstance("evil", "http://127.0.0.1:1", null, null, 100, null, InstanceState.Ready);
        var newest = marketplace.Instances.List with { Revision = 99, Instances = [evil] };
        using var stranger = new TestIssuer(marketplace.Url, TimeProvider.System);
        marketplace.Instances.Forged = list switch
        {
            "a stranger's" => stranger.Sign(newest),
            "an older one" => marketplace.Issuer.Sign(newest with { Revision = 0 }),
            "another environment's" => marketplace.Issuer.Sign(newest with { Environment = "sandbox" }),
            _ => marketplace.Issuer.Sign(newest with { Instances = [evil with { Url = "file:///etc" }] }),
        };
        marketplace.Instances.Publish([]);
        await Eventually.HoldsAsync(() => marketplace.Instances.ForgedGiven > 1, TimeSpan.FromSeconds(10));

        Assert.Equal(5, await GoodAsync(consumer, 5));
    }

    private ServiceProvider Consumer(Action<MarketplaceApiOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Marketplace:Url"] = marketplace.Url,
            ["Marketplace:ClientId"] = EnforcementPolicy.Client,
            ["Marketplace:ClientSecret"] = "secret",
        }).Build());
        services.AddHttpClient("payments").AddMarketplaceApi(EnforcementPolicy.Api, EnforcementPolicy.Version, EnforcementPolicy.Environment, options =>
        {
            options.StateFolder = folder;
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    private static HttpClient Http(ServiceProvider consumer) => consumer.GetRequiredService<IHttpClientFactory>().CreateClient("payments");

    private static async Task<int> GoodAsync(ServiceProvider consumer, int calls)
    {
        var good = 0;
        for (var i = 0; i < calls; i++)
        {
            using var answer = await Http(consumer).GetAsync("payments");
            good += answer.IsSuccessStatusCode ? 1 : 0;
        }

        return good;
    }

    private sealed class Provider(WebApplication app, string name) : IAsyncDisposable
    {
        public string Url { get; } = $"http://127.0.0.1:{TestMarketplace.PortOf(app)}";

        public ConcurrentQueue<string> Calls { get; } = new();

        public int Status { get; set; } = 200;

        public string? Location { get; set; }

        public TimeSpan Delay { get; set; }

        public ServiceInstance Instance(string state = InstanceState.Ready) => new(name, Url, null, null, 100, null, state);

        public static async Task<Provider> StartAsync(string name)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            Provider? provider = null;
            app.Run(async context =>
            {
                provider!.Calls.Enqueue($"{context.Request.Method} {context.Request.Headers.Authorization}");
                if (provider.Delay > TimeSpan.Zero)
                    await Task.Delay(provider.Delay, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Response.StatusCode = provider.Status;
                context.Response.Headers.Location = provider.Location;
                await context.Response.WriteAsync($"{context.Request.Path}{context.Request.QueryString}");
            });
            await app.StartAsync();
            return provider = new Provider(app, name);
        }

        public async ValueTask DisposeAsync()
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }
}
