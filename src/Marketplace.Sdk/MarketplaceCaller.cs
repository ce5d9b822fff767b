using Microsoft.AspNetCore.Http;

namespace Marketplace.Sdk;

/// <summary>Who calls, and which operation the call was allowed for.</summary>
/// <param name="ClientId">The calling application's client id.</param>
/// <param name="Operation">The key of the operation.</param>
/// <param name="TokenId">The token's <c>jti</c>, for logs.</param>
public sealed record MarketplaceCaller(string ClientId, string Operation, string TokenId);

/// <summary>What a handler may ask.</summary>
public static class MarketplaceHttpContextExtensions
{
    /// <summary>The caller of a protected request; null on an unprotected path.</summary>
    public static MarketplaceCaller? GetMarketplaceCaller(this HttpContext context) => context.Features.Get<MarketplaceCaller>();
}
