using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Tokens.Clients;
using Marketplace.Tokens.Discovery;
using Marketplace.Tokens.Dpop;
using Marketplace.Tokens.Exchange;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Revocation;
using Marketplace.Tokens.Sandbox;
using Marketplace.Tokens.Snapshot;
using Marketplace.Tokens.Usage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Tokens;

/// <summary>
/// The token plane, to be composed into a host, which registers <see cref="PlaneData"/> and the <see cref="MasterKey"/>.
/// </summary>
public static class TokenPlane
{
    public const string TokenPath = "/oauth/token";
    public const string RevocationPath = "/oauth/revoke";
    public const string IntrospectionPath = "/oauth/introspect";
    /// <summary>For the governance plane alone, which has no right to sign.</summary>
    public const string SandboxPath = SandboxStatement.Path;
    public const string JwksPath = "/.well-known/jwks.json";
    public const string MetadataPath = "/.well-known/oauth-authorization-server";

    /// <summary>The meter's name.</summary>
    public const string Meter = "Marketplace.Tokens";

    /// <summary>The health check's name; tagged "ready".</summary>
    public const string HealthCheck = "token-plane";

    public static IHostApplicationBuilder AddTokenPlane(this IHostApplicationBuilder builder, TokenPlaneOptions options)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SecretHasher>();
        services.AddSingleton(options);
        services.AddSingleton<SnapshotLoader>();
        services.AddSingleton<CurrentSnapshot>();
        services.AddHostedService<SnapshotRefresher>();
        services.AddSingleton<KeyKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<KeyKeeper>());
        services.AddHostedService<ExpiredRows>();
        services.AddSingleton<SpentStore>();
        services.AddSingleton<SpentAssertions>();
        services.AddHostedService(provider => provider.GetRequiredService<SpentAssertions>());
        services.AddSingleton<RevokedTokens>();
        services.AddHostedService(provider => provider.GetRequiredService<RevokedTokens>());
        services.AddSingleton<ClientCertificates>();
        services.AddSingleton<CredentialUse>();
        services.AddHostedService(provider => provider.GetRequiredService<CredentialUse>());
        services.AddSingleton<KeySetRequests>();
        services.AddHostedService(provider => provider.GetRequiredService<KeySetRequests>());
        services.AddSingleton<FailureDelay>();
        services.AddSingleton<ClientAuthenticator>();
        services.AddSingleton<ClientRequests>();
        services.AddSingleton<DpopNonce>();
        services.AddSingleton<TokenRequestProof>();
        services.AddSingleton<TokenExchange>();
        services.AddSingleton<TokenWriter>();
        services.AddSingleton<UsageCounts>();
        services.AddSingleton<UsageStore>();
        services.AddSingleton<UsageFlusher>();
        services.AddHostedService(provider => provider.GetRequiredService<UsageFlusher>());
        services.AddSingleton<TokenMetrics>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<RevocationEndpoint>();
        services.AddSingleton<IntrospectionEndpoint>();
        services.AddSingleton<MetadataEndpoint>();
        services.AddSingleton<JwksEndpoint>();
        services.AddSingleton<ResourceEndpoint>();
        services.AddSingleton<SandboxEndpoint>();
        services.AddHealthChecks()
            .AddCheck<CurrentSnapshot>(HealthCheck, tags: ["ready"])
            .AddCheck<KeyKeeper>(KeyKeeper.HealthCheck, tags: ["ready"])
            .AddCheck<RevokedTokens>(RevokedTokens.HealthCheck, tags: ["ready"])
            .AddCheck<SpentAssertions>(SpentAssertions.HealthCheck, tags: ["ready"])
            .AddCheck<UsageFlusher>(UsageFlusher.HealthCheck, tags: ["ready"]);
        return builder;
    }

    public static IEndpointRouteBuilder MapTokenPlane(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        Map<TokenEndpoint>(TokenPath, endpoint => endpoint.HandleAsync, HttpMethods.Post);
        Map<RevocationEndpoint>(RevocationPath, endpoint => endpoint.HandleAsync, HttpMethods.Post);
        Map<IntrospectionEndpoint>(IntrospectionPath, endpoint => endpoint.HandleAsync, HttpMethods.Post);
        Map<SandboxEndpoint>(SandboxPath, endpoint => endpoint.HandleAsync, HttpMethods.Post);
        foreach (var path in services.GetRequiredService<MetadataEndpoint>().Routes)
            Map<MetadataEndpoint>(path, endpoint => endpoint.HandleAsync, HttpMethods.Get, HttpMethods.Head);
        Map<JwksEndpoint>(JwksPath, endpoint => endpoint.HandleAsync, HttpMethods.Get, HttpMethods.Head);
        Map<ResourceEndpoint>(services.GetRequiredService<ResourceEndpoint>().Route, endpoint => endpoint.HandleAsync, HttpMethods.Get, HttpMethods.Head);
        return app;

        void Map<T>(string path, Func<T, RequestDelegate> handler, params string[] methods) where T : notnull
        {
            app.MapMethods(path, methods, handler(services.GetRequiredService<T>()));
            // RFC 9110 §15.5.6, whatever else this host answers for paths that nobody serves.
            app.Map(path, context =>
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = string.Join(", ", methods);
                return Task.CompletedTask;
            }).WithOrder(1);
        }
    }
}
