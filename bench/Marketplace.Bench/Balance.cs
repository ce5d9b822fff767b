using System.Net;
using System.Text;
using System.Text.Json;
using Marketplace.Contracts.Discovery;
using Marketplace.Jose;
using Marketplace.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Bench;

/// <summary>
/// Three providers that answer in 5 ms; calls arrive at a constant rate whether or not earlier ones are answered, and are
/// timed from when they were due. After a quarter of the time one turns slow (300 ms), at half another dies, 15 s later its
/// lease ends, and at three quarters one joins. The SDK's client and plain round robin over the same list, at the same time.
/// </summary>
internal static class Balance
{
    private const string Audience = "urn:marketplace:payments:v1:production";
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(int seconds, int perSecond)
    {
        var marketplace = new StandIn();
        var providers = new List<Provider>();
        for (var i = 0; i < 3; i++)
            providers.Add(await Provider.StartAsync($"pod-{i}"));
        marketplace.Publish(providers);
        await using var services = Services(marketplace);
        using var ours = services.GetRequiredService<IHttpClientFactory>().CreateClient("payments");
        using var plain = new HttpClient(new RoundRobin(() => marketplace.Urls));
        ours.Timeout = plain.Timeout = TimeSpan.FromSeconds(10);
        await Task.WhenAll(MeasureAsync(ours, TimeSpan.FromSeconds(3), perSecond), MeasureAsync(plain, TimeSpan.FromSeconds(3), perSecond));

        var quarter = TimeSpan.FromSeconds(seconds / 4.0);
        var measured = new[] { MeasureAsync(ours, 4 * quarter, perSecond), MeasureAsync(plain, 4 * quarter, perSecond) };
        await Task.Delay(quarter);
        providers[1].Latency = TimeSpan.FromMilliseconds(300);
        await Task.Delay(quarter);
        var dead = providers[2];
        await dead.KillAsync();
        // The list says so when the lease ends, at the latest with the end of this.
        var lapse = LapseAsync(marketplace, providers, dead);
        await Task.Delay(quarter);
        var joined = await Provider.StartAsync("pod-3");
        lock (providers)
            providers.Add(joined);
        marketplace.Publish(providers);
        var (us, they) = (await measured[0], await measured[1]);
        await lapse;

        Console.WriteLine($"ours:        {us}");
        Console.WriteLine($"round robin: {they}");
        Console.WriteLine($"answered by the one that joined: {joined.Calls}, by the slow one: {providers[1].Calls}");
        Console.WriteLine(FormattableString.Invariant(
            $"p99_ms={us.P99:F1} errors={us.Errors} round_robin_p99_ms={they.P99:F1} round_robin_errors={they.Errors} ratio={they.P99 / us.P99:F1}"));
        foreach (var provider in providers)
            await provider.KillAsync();
    }

    private static async Task LapseAsync(StandIn marketplace, List<Provider> providers, Provider dead)
    {
        await Task.Delay(Lease);
        lock (providers)
            providers.Remove(dead);
        marketplace.Publish(providers);
    }

    private static async Task<Figures> MeasureAsync(HttpClient http, TimeSpan during, int perSecond)
    {
        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var calls = new List<Task<double>>();
        for (var due = TimeSpan.Zero; due < during; due += TimeSpan.FromSeconds(1.0 / perSecond))
        {
            while (clock.GetElapsedTime(began) is var now && now < due)
                await Task.Delay(due - now < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : due - now);
            calls.Add(CallAsync(due));
        }

        var times = await Task.WhenAll(calls);
        var good = times.Where(double.IsFinite).Order().ToArray();
        return new Figures(times.Length, times.Length - good.Length, good[good.Length / 2], good[(int)(good.Length * 0.99)], good[(int)(good.Length * 0.999)], good[^1]);

        async Task<double> CallAsync(TimeSpan due)
        {
            try
            {
                using var answer = await http.GetAsync("http://payments/payments");
                return answer.IsSuccessStatusCode ? (clock.GetElapsedTime(began) - due).TotalMilliseconds : double.NaN;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                return double.NaN;
            }
        }
    }

    private static ServiceProvider Services(StandIn marketplace)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddHttpClient("payments").AddMarketplaceApi("payments", "v1", "production", options => options.StateFolder = "");
        services.Configure<MarketplaceClientOptions>("payments", options =>
            (options.Url, options.ClientId, options.ClientSecret, options.Backchannel) = (new Uri(StandIn.Issuer), "app", "secret", marketplace));
        services.ConfigureHttpClientDefaults(http => http.RemoveAllLoggers());
        return services.BuildServiceProvider();
    }

    private sealed record Figures(int Calls, int Errors, double P50, double P99, double P999, double Max)
    {
        public override string ToString() => FormattableString.Invariant($"{Calls} calls, {Errors} errors, p50 {P50:F1} ms, p99 {P99:F1} ms, p99.9 {P999:F1} ms, longest {Max:F0} ms");
    }

    private sealed class RoundRobin(Func<Uri[]> urls) : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        private uint turn;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var known = urls();
            request.RequestUri = new Uri(known[Interlocked.Increment(ref turn) % known.Length], request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Provider(WebApplication app, string name)
    {
        private int calls;

        public string Name => name;

        public string Url { get; } = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();

        public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(5);

        public int Calls => calls;

        public static async Task<Provider> StartAsync(string name)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            Provider? provider = null;
            app.Run(async context =>
            {
                Interlocked.Increment(ref provider!.calls);
                await Task.Delay(provider.Latency, context.RequestAborted);
                await context.Response.WriteAsync("[]");
            });
            await app.StartAsync();
            return provider = new Provider(app, name);
        }

        /// <summary>Calls under way are cut off, and nobody listens any more.</summary>
        public async Task KillAsync()
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await app.StopAsync(now.Token);
        }
    }

    /// <summary>A marketplace that knows who is there; it answers in this process.</summary>
    private sealed class StandIn : HttpMessageHandler
    {
        public const string Issuer = "http://marketplace.example";
        private readonly Jwk key = Jwk.Generate(JwsAlgorithm.ES256);
        private TaskCompletionSource changed = new();
        private InstanceList list = new() { Issuer = Issuer, Audience = Audience, Api = "payments", Version = "v1", Environment = "production", Revision = 0, IssuedAt = 0, Instances = [] };

        public Uri[] Urls { get; private set; } = [];

        public void Publish(List<Provider> providers)
        {
            lock (providers)
            {
                list = list with { Revision = list.Revision + 1, Instances = [.. providers.Select(p => new ServiceInstance(p.Name, p.Url, null, null, 100, null, InstanceState.Ready))] };
                Urls = [.. providers.Select(p => new Uri(p.Url))];
            }

            Interlocked.Exchange(ref changed, new()).SetResult();
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            switch (request.RequestUri!.AbsolutePath)
            {
                case "/oauth/token":
                    return Json("""{"access_token":"t","token_type":"Bearer","expires_in":300}""");
                case "/.well-known/jwks.json":
                    return Json(new JwkSet([key.ToPublic()]).ToJson());
                default:
                    var next = changed.Task;
                    if (request.Headers.IfNoneMatch.Count > 0 && request.Headers.IfNoneMatch.First().Tag == $"\"{list.Revision}\"")
                        await next.WaitAsync(cancellationToken);
                    var answer = new HttpResponseMessage(HttpStatusCode.OK)
                    {
                        Content = new StringContent(new JwsSigner(key, JwsAlgorithm.ES256, InstanceList.MediaType).Sign(JsonSerializer.SerializeToUtf8Bytes(list, DiscoveryJson.Default.InstanceList))),
                    };
                    answer.Headers.ETag = new($"\"{list.Revision}\"");
                    return answer;
            }
        }

        private static HttpResponseMessage Json(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
