using Microsoft.AspNetCore.Http;

namespace Marketplace.Sdk;

/// <summary>Who calls, as a good token said, and which operation.</summary>
/// <param name="ClientId">The calling application's client id.</param>
/// <param name="Operation">The key of the operation.</param>
/// <param name="TokenId">The token's <c>jti</c>, for logs.</param>
public sealed record MarketplaceCaller(string ClientId, string Operation, string TokenId)
{
    /// <summary>Why the call would be refused if its version were not in shadow mode; null when it is allowed.</summary>
    public string? LetThrough { get; init; }
}

/// <summary>What a handler may ask.</summary>
public static class MarketplaceHttpContextExtensions
{
    /// <summary>
    /// The caller of a protected request. Null on an unprotected path, and in shadow mode also for a call without a good
    /// token or of no published endpoint.
    /// </summary>
    public static MarketplaceCaller? GetMarketplaceCaller(this HttpContext context) => context.Features.Get<MarketplaceCaller>();
}
