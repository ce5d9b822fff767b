using Marketplace.Contracts.Discovery;
using Marketplace.Sdk.Internal.Balancing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Marketplace.Sdk;

/// <summary>Calls an API of the marketplace by its name.</summary>
public static class MarketplaceApiExtensions
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// <c>http://payments/…</c> goes to an instance of the API, with a token for it: chosen by load and latency, of the
    /// same zone where there is room, never one that fails, and what may be sent twice is sent to another where one fails.
    /// The list of instances is followed and kept on disk. Credentials come from the configuration section <c>Marketplace</c>.
    /// </summary>
    public static IHttpClientBuilder AddMarketplaceApi(
        this IHttpClientBuilder builder, string api, string version, string environment, Action<MarketplaceApiOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(api);
        ArgumentException.ThrowIfNullOrWhiteSpace(version);
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        var name = new ApiName(api, version, environment);
        builder.Services.AddOptions<MarketplaceApiOptions>(builder.Name)
            .Configure<IConfiguration>((options, configuration) => options.Zone = configuration[$"{MarketplaceClientOptions.Section}:Zone"])
            .Configure(configure ?? (_ => { }))
            .Validate(options => options is { MaxAttempts: >= 1, RetryPart: >= 0 and <= 1, SlowStart.Ticks: >= 0 } && options.AttemptTimeout is null or { Ticks: > 0 },
                "MaxAttempts is at least 1, RetryPart between 0 and 1, SlowStart not negative and AttemptTimeout positive.")
            .Validate(options => options.Fallback.All(url => url is { IsAbsoluteUri: true, Scheme: "http" or "https" }), "Fallback holds absolute http(s) addresses.")
            .ValidateOnStart();
        builder.Services.AddMetrics();
        builder.Services.TryAddSingleton<BalancingTelemetry>();
        builder.Services.TryAddSingleton<ApiClients>();
        builder.ConfigureHttpClient(http => http.BaseAddress ??= new Uri($"http://{api}/"));
        // Nobody but the list says where calls go, an instance's answer neither.
        builder.UseSocketsHttpHandler((handler, _) => (handler.ConnectTimeout, handler.AllowAutoRedirect) = (ConnectPatience, false));
        // Outside the token: each instance is sent its own request, and a proof that a token is bound to names its address.
        builder.AddHttpMessageHandler(services => new BalancingHandler(services.GetRequiredService<ApiClients>().Of(builder.Name, name)));
        return builder.AddMarketplaceToken(InstanceAddress.AudienceOf(api, version, environment));
    }
}
