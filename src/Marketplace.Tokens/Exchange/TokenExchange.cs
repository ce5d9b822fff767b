using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Revocation;

namespace Marketplace.Tokens.Exchange;

/// <summary>
/// RFC 8693 for a service that calls on: it hands in the token that it was called with, and gets one for the next
/// service that says who acts for whom. What both may do there is in it, and never more.
/// </summary>
internal sealed class TokenExchange(RevokedTokens revoked, TokenPlaneOptions options, TimeProvider clock)
{
    public const string GrantType = "urn:ietf:params:oauth:grant-type:token-exchange";
    public const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    private const string JwtType = "urn:ietf:params:oauth:token-type:jwt";

    public (AccessTokenContent? Content, TokenRefusal? Refusal) Select(ClientRequest request, long now)
    {
        var form = request.Form;
        // §2.1: a resource names the target here; "audience" would name it in another way.
        if (form["subject_token"] is not { } text || form["subject_token_type"] is not (AccessTokenType or JwtType))
            return Invalid($"subject_token must be there, and subject_token_type be {AccessTokenType}.");
        if (form["requested_token_type"] is not (null or AccessTokenType))
            return Invalid($"requested_token_type can be {AccessTokenType} alone.");
        if (form["actor_token"] is not null || form["actor_token_type"] is not null)
            return Invalid("The actor is the client itself: send no actor_token.");
        if (form["audience"] is not null)
            return Invalid("Name the target with resource.");

        // §2.2.2: whatever makes the subject token unacceptable is an invalid_request.
        var token = IssuedToken.Read(text, request.Snapshot.Signing.Verifier, options.Issuer, clock.GetUtcNow());
        if (token is null || revoked.Contains(token.Id))
            return Invalid("The subject token is not valid.");
        if (request.Snapshot.ResourceOf(token.Audience) is not { } called || called.Team != request.Client.Team)
            return Invalid("The subject token was made for another service: only the one that was called may call on.");
        if (!request.Snapshot.Clients.TryGetValue(token.Subject, out var subject))
            return Invalid("The subject of the token is no client any more.");
        // As introspection says it: also whoever acted on the way here must still be there, and the call still be granted.
        if (token.Standing(request.Snapshot, now) is null)
            return Invalid("Nothing of what the subject token allowed stands any more.");
        if (ActorChain.Extend(token.Claims, request.Client.ClientId) is not { } actor)
            return Invalid($"The token has passed through {ActorChain.MaxDepth} services; it goes no further.");
        return GrantSelection.Select(request.Snapshot, request.Client, TokenRequest.Of(form), now, new Delegation(token, subject, actor));
    }

    private static (AccessTokenContent?, TokenRefusal?) Invalid(string description) => (null, TokenRefusal.InvalidRequest(description));
}
