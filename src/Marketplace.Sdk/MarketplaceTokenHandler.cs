using System.Net;
using System.Net.Http.Headers;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Sdk.Internal;
using Marketplace.Sdk.Internal.Tokens;

namespace Marketplace.Sdk;

/// <summary>
/// Adds a token to each request, with a proof of its key where it is bound to one (RFC 9449 §7), and sends the request once
/// more where that may help: with the nonce that a service asks for (§9); with a fresh token after 401
/// <c>invalid_token</c>, as when a key was withdrawn in an emergency, and after <c>operation_not_granted</c> with a token
/// of some age, since the endpoint may have been granted in the meantime. Whatever changes the request's address stands in front of it.
/// </summary>
public sealed class MarketplaceTokenHandler(MarketplaceTokenSource tokens, string audience) : DelegatingHandler
{
    private static readonly TimeSpan MayBeOutdated = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetTokenAsync(audience, cancellationToken);
        var response = await SendAsync(request, token, cancellationToken);
        if (!Resending.IsPossible(request.Content) || !IsWorthAnotherToken(response, token))
            return response;

        response.Dispose();
        return await SendAsync(request, await tokens.GetTokenAsync(audience, cancellationToken), cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token, CancellationToken cancellation)
    {
        if (tokens.ProofsFor(audience) is not { } proofs)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return await base.SendAsync(request, cancellation);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue(DpopProofs.Scheme, token);
        var url = UrlOf(request);
        var response = await SendAsync();
        if (!proofs.Learn(url, response) || !SaysError(response, DpopProof.NonceWanted) || !Resending.IsPossible(request.Content))
            return response;
        response.Dispose();
        response = await SendAsync();
        proofs.Learn(url, response);
        return response;

        Task<HttpResponseMessage> SendAsync()
        {
            request.Headers.Remove(DpopProof.Header);
            request.Headers.Add(DpopProof.Header, proofs.For(request.Method.Method, url, token));
            return base.SendAsync(request, cancellation);
        }
    }

    /// <summary>What the service reads: its name is the Host header's.</summary>
    private static Uri UrlOf(HttpRequestMessage request) => request.Headers.Host is { Length: > 0 } host
        ? new Uri($"{request.RequestUri!.Scheme}://{host}{request.RequestUri.AbsolutePath}")
        : request.RequestUri!;

    private bool IsWorthAnotherToken(HttpResponseMessage response, string token)
    {
        if (SaysError(response, "invalid_token"))
            return tokens.ForgetRefused(audience, token);
        if (!SaysNotGranted(response) || !tokens.ForgetOlder(audience, token, MayBeOutdated))
            return false;
        return true;
    }

    private static bool SaysNotGranted(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.Forbidden
        && response.Headers.TryGetValues("Marketplace-Reason", out var reasons)
        && reasons.Contains(ReasonCode.OperationNotGranted, StringComparer.Ordinal);

    private static bool SaysError(HttpResponseMessage response, string error) =>
        response.StatusCode == HttpStatusCode.Unauthorized
        && response.Headers.WwwAuthenticate.Any(challenge =>
            (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || challenge.Scheme.Equals(DpopProofs.Scheme, StringComparison.OrdinalIgnoreCase))
            && challenge.Parameter?.Contains($"error=\"{error}\"", StringComparison.Ordinal) == true);
}
