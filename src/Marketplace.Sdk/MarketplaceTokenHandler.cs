using System.Net;
using System.Net.Http.Headers;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal;

namespace Marketplace.Sdk;

/// <summary>
/// Adds a bearer token to each request, and sends the request once more with a fresh one where that may help: after
/// 401 <c>invalid_token</c>, as when a key was withdrawn in an emergency, and after <c>operation_not_granted</c> with
/// a token of some age, since the endpoint may have been granted in the meantime.
/// </summary>
public sealed class MarketplaceTokenHandler(MarketplaceTokenSource tokens, string audience) : DelegatingHandler
{
    private static readonly TimeSpan MayBeOutdated = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetTokenAsync(audience, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        if (!Resending.IsPossible(request.Content) || !IsWorthAnotherToken(response, token))
            return response;

        response.Dispose();
        token = await tokens.GetTokenAsync(audience, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await base.SendAsync(request, cancellationToken);
    }

    private bool IsWorthAnotherToken(HttpResponseMessage response, string token)
    {
        if (SaysInvalidToken(response))
            tokens.Forget(audience, token);
        else if (!SaysNotGranted(response) || !tokens.ForgetOlder(audience, token, MayBeOutdated))
            return false;
        return true;
    }

    private static bool SaysNotGranted(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Forbidden
        && response.Headers.TryGetValues("Marketplace-Reason", out var reasons)
        && reasons.Contains(ReasonCode.OperationNotGranted, StringComparer.Ordinal);

    private static bool SaysInvalidToken(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Unauthorized
        && response.Headers.WwwAuthenticate.Any(challenge =>
            challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            && challenge.Parameter?.Contains("error=\"invalid_token\"", StringComparison.Ordinal) == true);
}
