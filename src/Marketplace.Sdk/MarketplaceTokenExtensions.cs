using Marketplace.Sdk.Internal;
using Marketplace.Sdk.Internal.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk;

/// <summary>Gives an HttpClient its tokens.</summary>
public static class MarketplaceTokenExtensions
{
    /// <summary>
    /// Every request of this client carries a token for the audience, such as <c>urn:marketplace:payments:v1:production</c>.
    /// The application's credentials come from the configuration section <c>Marketplace</c>.
    /// </summary>
    public static IHttpClientBuilder AddMarketplaceToken(
        this IHttpClientBuilder builder, string audience, Action<MarketplaceClientOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(audience);
        // Named as the client is, so that two clients of one service may be two applications.
        builder.Services.AddOptions<MarketplaceClientOptions>(builder.Name)
            .BindConfiguration(MarketplaceClientOptions.Section)
            .Configure(configure ?? (_ => { }))
            .ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<MarketplaceClientOptions>, OptionsProblems<MarketplaceClientOptions>>());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<Marketplaces>();
        builder.ConfigurePrimaryHttpMessageHandler((handler, services) =>
            services.GetRequiredService<Marketplaces>().TokensOf(builder.Name).Certificate?.LendTo(handler));
        return builder.AddHttpMessageHandler(services =>
            new MarketplaceTokenHandler(services.GetRequiredService<Marketplaces>().TokensOf(builder.Name), audience));
    }
}
