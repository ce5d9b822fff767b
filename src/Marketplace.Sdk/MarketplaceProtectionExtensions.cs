using Marketplace.Contracts.Usage;
using Marketplace.Sdk.Internal;
using Marketplace.Sdk.Internal.Discovery;
using Marketplace.Sdk.Internal.Limits;
using Marketplace.Sdk.Internal.Protection;
using Marketplace.Sdk.Internal.Tokens;
using Marketplace.Sdk.Internal.Usage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk;

/// <summary>Protects an ASP.NET Core service.</summary>
public static class MarketplaceProtectionExtensions
{
    /// <summary>
    /// Lets through only calls that the marketplace granted. Goes in front of everything that the service serves,
    /// minimal APIs, controllers and static files alike, and denies by default.
    /// </summary>
    public static IHostApplicationBuilder AddMarketplaceProtection(
        this IHostApplicationBuilder builder, Action<MarketplaceOptions>? configure = null)
    {
        var services = builder.Services;
        services.AddOptions<MarketplaceOptions>()
            .BindConfiguration(MarketplaceClientOptions.Section)
            .Configure(configure ?? (_ => { }))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MarketplaceOptions>, OptionsProblems<MarketplaceOptions>>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<Marketplaces>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<PolicyHolder>();
        services.TryAddSingleton<ControlContact>();
        services.TryAddSingleton<PolicyStore>();
        services.TryAddSingleton<SnapshotReader>();
        services.TryAddSingleton<TokenCache>();
        services.TryAddSingleton<TokenReader>();
        services.TryAddSingleton<Possession>();
        services.TryAddSingleton<Meters>();
        services.TryAddSingleton<Authorizer>();
        services.AddMetrics();
        services.TryAddSingleton<DecisionTelemetry>();
        services.TryAddSingleton(provider => new CallCounts(provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<UsageReporting>();
        services.AddHostedService<KeyRefresher>();
        services.AddHostedService<PolicyPuller>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, ProtectionStartupFilter>());
        services.TryAddSingleton<CallsUnderWay>();
        services.AddSingleton<IStartupFilter>(provider => provider.GetRequiredService<CallsUnderWay>());
        services.AddHostedService<InstanceRegistrar>();
        services.AddHostedService<InstanceCount>();
        services.AddHealthChecks().AddCheck<PolicyHealthCheck>("marketplace", tags: ["ready"]);
        return builder;
    }
}
