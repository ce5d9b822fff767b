using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Marketplace.Sdk;

/// <summary>
/// Adds a bearer token to each request. Where the service answers 401 <c>invalid_token</c>, as after a key was
/// withdrawn in an emergency, the request is sent once more with a fresh token.
/// </summary>
public sealed class MarketplaceTokenHandler(MarketplaceTokenSource tokens, string audience) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetTokenAsync(audience, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        if (!SaysInvalidToken(response) || !CanBeSentAgain(request.Content))
            return response;

        response.Dispose();
        tokens.Forget(audience, token);
        token = await tokens.GetTokenAsync(audience, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await base.SendAsync(request, cancellationToken);
    }

    private static bool SaysInvalidToken(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized
        && response.Headers.WwwAuthenticate.Any(challenge =>
            challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            && challenge.Parameter?.Contains("error=\"invalid_token\"", StringComparison.Ordinal) == true);

    // A stream is gone once it was sent.
    private static bool CanBeSentAgain(HttpContent? content) =>
        content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent;
}
