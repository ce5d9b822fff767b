using System.Security.Cryptography;
using Marketplace.Contracts.Discovery;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Balancing;

/// <summary>Which API, of which line, where.</summary>
internal sealed record ApiName(string Name, string Version, string Environment)
{
    public override string ToString() => $"{Name} {Version} in {Environment}";
}

/// <summary>All that a named client knows of the API that it calls; lives as long as the process, whatever handlers come and go.</summary>
internal sealed partial class ApiClient : IDisposable
{
    private static readonly TimeSpan FirstList = TimeSpan.FromSeconds(5);
    private readonly KeyRing keys;
    private readonly InstanceFeed feed;
    private readonly ILogger logger;

    public ApiClient(
        ApiName api, MarketplaceApiOptions options, MarketplaceClientOptions account, MarketplaceTokenSource tokens, BalancingTelemetry telemetry, TimeProvider clock, ILoggerFactory loggers)
    {
        (Api, Options, Clock, Telemetry, logger) = (api, options, clock, telemetry, loggers.CreateLogger<ApiClient>());
        Budget = new RetryBudget(options.RetryPart);
        Balancer = new Balancer(new BalancingOptions { Zone = options.Zone, SlowStart = options.SlowStart }, clock, (ulong)RandomNumberGenerator.GetInt32(int.MaxValue)) { Ejected = Ejected };
        keys = new KeyRing(Microsoft.Extensions.Options.Options.Create(new MarketplaceOptions { Url = account.Url, Issuer = account.Issuer, Backchannel = account.Backchannel }), clock, loggers.CreateLogger<KeyRing>());
        feed = new InstanceFeed(api, options, account, tokens, keys, Balancer, clock, loggers.CreateLogger<InstanceFeed>());
        telemetry.Watch(api, Balancer);
        feed.Start();
    }

    public ApiName Api { get; }

    public MarketplaceApiOptions Options { get; }

    public Balancer Balancer { get; }

    public RetryBudget Budget { get; }

    public TimeProvider Clock { get; }

    private BalancingTelemetry Telemetry { get; }

    /// <summary>Waits a moment for the first list.</summary>
    public async ValueTask ReadyAsync(CancellationToken cancellation)
    {
        if (Balancer.Endpoints.Count > 0 || feed.Heard.IsCompleted)
            return;
        try
        {
            await feed.Heard.WaitAsync(FirstList, Clock, cancellation);
        }
        catch (TimeoutException)
        {
            // Then there is none, which the call itself says.
        }
    }

    public HttpRequestException Nowhere() => new(
        HttpRequestError.NameResolutionError, $"No instance of {Api} is known: {(feed.Heard.IsCompleted ? "none is registered" : "the marketplace was not heard, " + feed.Problem)}.");

    public void Retried() => Telemetry.Retried(Api);

    public void Dispose()
    {
        feed.Dispose();
        keys.Dispose();
    }

    private void Ejected(ServiceInstance instance, string why)
    {
        Log.Ejected(logger, instance.Id, instance.Url, Api, why);
        Telemetry.Ejected(Api);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Instance {Instance} at {Url} of {Api} gets no calls for a while: {Why}.")]
        public static partial void Ejected(ILogger logger, string instance, string url, ApiName api, string why);
    }
}

/// <summary>One per named client, made at its first use.</summary>
internal sealed class ApiClients(
    IOptionsMonitor<MarketplaceApiOptions> options, IOptionsMonitor<MarketplaceClientOptions> accounts, Marketplaces marketplaces, BalancingTelemetry telemetry, TimeProvider clock,
    ILoggerFactory loggers) : IDisposable
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Lazy<ApiClient>> clients = new(StringComparer.Ordinal);

    public ApiClient Of(string client, ApiName api) => clients.GetOrAdd(client, _ => new Lazy<ApiClient>(
        () => new ApiClient(api, options.Get(client), accounts.Get(client), marketplaces.TokensOf(client), telemetry, clock, loggers))).Value;

    public void Dispose()
    {
        foreach (var client in clients.Values.Where(client => client.IsValueCreated))
            client.Value.Dispose();
    }
}
