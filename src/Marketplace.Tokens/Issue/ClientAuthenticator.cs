using Marketplace.Core.Keys;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Issue;

/// <summary>Who asks: client_secret_basic, client_secret_post or private_key_jwt, exactly one of them (RFC 6749 §2.3).</summary>
internal sealed class ClientAuthenticator(SecretHasher hasher, ReplayGuard replays, TokenPlaneOptions options, TimeProvider clock)
{
    // RFC 7523 §3 lets the token endpoint's URL stand for the server; its revision asks for the issuer.
    private readonly string[] _audiences = [options.Issuer, options.TokenEndpoint];

    public (Client? Client, TokenRefusal? Refusal) Authenticate(TokenSnapshot snapshot, TokenRequest request, string? authorization)
    {
        var methods = (authorization is null ? 0 : 1)
            + (request.ClientSecret is null ? 0 : 1)
            + (request.Assertion is null && request.AssertionType is null ? 0 : 1);
        if (methods > 1)
            return (null, TokenRefusal.InvalidRequest("Authenticate in one way only."));
        if (authorization is not null)
            return Found(ByBasic(snapshot, request, authorization));
        if (request.ClientSecret is not null)
            return Found(BySecret(snapshot, request.ClientId ?? "", request.ClientSecret));
        if (request.AssertionType is not null && request.AssertionType != ClientAssertion.Type)
            return (null, TokenRefusal.InvalidRequest($"client_assertion_type must be {ClientAssertion.Type}."));
        if (request.AssertionType is null != request.Assertion is null)
            return (null, TokenRefusal.InvalidRequest("client_assertion and client_assertion_type belong together."));
        return Found(request.Assertion is null ? null : ByAssertion(snapshot, request, request.Assertion));
    }

    private Client? ByBasic(TokenSnapshot snapshot, TokenRequest request, string authorization) =>
        BasicCredentials.Read(authorization) is { } basic && (request.ClientId is null || request.ClientId == basic.ClientId)
            ? BySecret(snapshot, basic.ClientId, basic.Secret)
            : null;

    private Client? BySecret(TokenSnapshot snapshot, string clientId, string secret)
    {
        // Hashed for an unknown client too, so that the time taken does not tell which ids exist.
        var hash = hasher.Hash(secret);
        return snapshot.Clients.TryGetValue(clientId, out var client) && client.HasSecret(hash, clock.GetUtcNow()) ? client : null;
    }

    private Client? ByAssertion(TokenSnapshot snapshot, TokenRequest request, string assertion)
    {
        var now = clock.GetUtcNow();
        if (ClientAssertion.ClaimedClient(assertion) is not { } claimed
            || (request.ClientId is not null && request.ClientId != claimed)
            || !snapshot.Clients.TryGetValue(claimed, out var client)
            || client.Verify(assertion, now) is not { } verified
            || ClientAssertion.Read(verified, _audiences, now) is not { } claims
            || !replays.TryUse(client.ClientId, claims.Id))
            return null;
        return client;
    }

    private static (Client?, TokenRefusal?) Found(Client? client) =>
        client is null ? (null, TokenRefusal.InvalidClient) : (client, null);
}
