using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Core.Applications;
using Marketplace.Core.Keys;
using Marketplace.Gateways.Agent;
using Marketplace.Sdk;
using Marketplace.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.ControlPlane.Tests;

/// <summary>
/// Two replicas issue without pause while the signing key is replaced three times; a service with the SDK, jose and
/// Debian's haproxy verify every token, and older ones again. All of their caches, and the time before a successor
/// signs, are a third of what they are by default, so that it takes no minutes; production leaves ten times more room.
/// </summary>
public sealed class RotationUnderLoadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Audience = "urn:marketplace:payments:v1:production";

    // haproxy's agent looks for keys so often, jose no sooner after the last time.
    private static readonly TimeSpan Cache = TimeSpan.FromSeconds(10);

    private static readonly SigningKeyTimes Times = new() { Known = Cache * 4 / 3 };

    [Fact]
    public async Task No_request_fails_while_the_signing_key_is_replaced_three_times()
    {
        await using var bank = await Bank.OpenAsync(postgres);
        bank.Clock.Advance(TimeProvider.System.GetUtcNow() - bank.Clock.GetUtcNow());
        var gateway = await PlaneServer.RegisterAsync(bank, bank.Olivia, "payments", "Payments gateway");
        await bank.GrantAsync("listPayments");
        await using var one = await PlaneServer.StartAsync(bank, clock: TimeProvider.System, keys: Times);
        await using var two = await PlaneServer.StartAsync(bank, one.Issuer, TimeProvider.System, Times);
        // The standby was made long before the emergency.
        await bank.Database.ExecuteAsync("update signing_key set created_at = created_at - interval '1 day'");
        await using var service = await ServiceAsync(one, gateway);
        var folder = TestFolder.Create("rotation");
        var options = GatewayOptions(one, gateway, service.Urls.First(), folder);
        using var stop = new CancellationTokenSource();
        using var enough = new CancellationTokenSource();
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var agent = new HaproxyAgent(options, http, TimeProvider.System, _ => { }, _ => { }).RunAsync(stop.Token);
        var stopFile = Path.Combine(folder, "stop");
        string[] issuers = [one.Address, two.Address];
        await using var jose = ChildProcess.Start(
            "node", [Repository.File("tests", "clients", "rotation.mjs"), one.Issuer, Audience, bank.App.ClientId, stopFile, Cache.TotalMilliseconds.ToString(CultureInfo.InvariantCulture), .. issuers], null, bank.App.Secret);
        using var sdk = new Load(service.Urls.First(), issuers, bank.App);
        using var haproxy = new Load("http://" + options.Bind, issuers, bank.App);
        try
        {
            await Eventually.HoldsAsync(async () => await sdk.TryAsync() is null && await haproxy.TryAsync() is null, TimeSpan.FromSeconds(30));
            Task[] loads = [sdk.RunAsync(enough.Token), haproxy.RunAsync(enough.Token)];
            for (var keys = 2; keys <= 4; keys++)
            {
                await RotateAsync(bank);
                await Eventually.HoldsAsync(() => sdk.KeysSeen == keys && haproxy.KeysSeen == keys, TimeSpan.FromSeconds(10));
            }
            await Task.Delay(TimeSpan.FromSeconds(3));
            await Eventually.HoldsAsync(() => sdk.Calls > 500 && haproxy.Calls > 500, TimeSpan.FromSeconds(10));
            await File.WriteAllTextAsync(stopFile, "");
            Assert.Equal(0, await jose.Exit);
            // haproxy goes when nobody calls any more.
            await enough.CancelAsync();
            await Task.WhenAll(loads);
        }
        finally
        {
            await enough.CancelAsync();
            await stop.CancelAsync();
            await agent;
            TestFolder.Delete(folder);
        }
        Assert.Empty(sdk.Failures);
        Assert.Empty(haproxy.Failures);
        using var seen = JsonDocument.Parse(jose.Output);
        Assert.Equal("[]", seen.RootElement.GetProperty("failures").GetRawText());
        Assert.Equal((4, 4, 4), (sdk.KeysSeen, haproxy.KeysSeen, seen.RootElement.GetProperty("keys").GetInt32()));
        Assert.InRange(seen.RootElement.GetProperty("verified").GetInt32(), 100, int.MaxValue);
    }

    private static async Task RotateAsync(Bank bank)
    {
        const string Active = "select kid from signing_key where state = 'active'";
        var before = await bank.Database.ScalarAsync<string>(Active);
        Assert.True((await bank.Use<RequestKeyRotation>().ExecuteAsync(bank.SecurityOfficer, new("A drill.", false), default)).Succeeded);
        await Eventually.HoldsAsync(async () => await bank.Database.ScalarAsync<string>(Active) != before, Times.Known + TimeSpan.FromSeconds(10));
    }

    private static HaproxyAgentOptions GatewayOptions(PlaneServer planes, RegisteredApplication gateway, string service, string folder) => new()
    {
        Marketplace = new Uri(planes.Issuer),
        Api = "payments",
        Version = "v1",
        Environment = "production",
        ClientId = gateway.ClientId,
        ClientSecret = gateway.Secret!,
        Bind = $"127.0.0.1:{LoopbackPort.Pick()}",
        Backend = new Uri(service).Authority,
        Folder = folder,
        LongPoll = TimeSpan.FromSeconds(2),
        KeysAge = Cache,
    };

    // haproxy's calls reach it with their token and are verified twice.
    private static async Task<WebApplication> ServiceAsync(PlaneServer planes, RegisteredApplication application)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddMarketplaceProtection(options =>
        {
            options.Url = new Uri(planes.Issuer);
            options.StateFolder = "";
            (options.Api, options.Version, options.Environment) = ("payments", "v1", "production");
            (options.ClientId, options.ClientSecret) = (application.ClientId, application.Secret);
        });
        var service = builder.Build();
        service.MapGet("/payments", () => "all");
        await service.StartAsync();
        return service;
    }

    /// <summary>Gets a token, calls with it and with one of every key before it, and again.</summary>
    private sealed class Load(string target, string[] issuers, RegisteredApplication application) : IDisposable
    {
        private readonly HttpClient _http = new();
        private readonly Dictionary<string, string> _first = new(StringComparer.Ordinal);
        private int _turn;

        public ConcurrentQueue<string> Failures { get; } = new();

        public int Calls { get; private set; }

        public int KeysSeen => _first.Count;

        public void Dispose() => _http.Dispose();

        public async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                if (await TryAsync() is { } failure)
                    Failures.Enqueue($"{TimeProvider.System.GetUtcNow():O} {failure}");
                await Task.Delay(30, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        /// <summary>Null when all went well.</summary>
        public async Task<string?> TryAsync()
        {
            try
            {
                var token = await IssueAsync();
                _first.TryAdd(token[..token.IndexOf('.', StringComparison.Ordinal)], token);
                foreach (var one in _first.Values.Append(token))
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, target + "/payments");
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", one);
                    using var answer = await _http.SendAsync(request);
                    Calls++;
                    if (answer.StatusCode != HttpStatusCode.OK)
                        return $"{(int)answer.StatusCode} {string.Join(',', answer.Headers.TryGetValues("Marketplace-Reason", out var reason) ? reason : [])}";
                }
                return null;
            }
            catch (HttpRequestException e)
            {
                return e.Message;
            }
        }

        private async Task<string> IssueAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, issuers[_turn++ % issuers.Length] + "/oauth/token")
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("resource", Audience)]),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{application.ClientId}:{application.Secret}")));
            using var answer = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            return body.RootElement.GetProperty("access_token").GetString()!;
        }
    }
}
