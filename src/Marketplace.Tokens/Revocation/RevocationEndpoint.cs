using Marketplace.Tokens.Issue;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Marketplace.Tokens.Revocation;

/// <summary>POST /oauth/revoke (RFC 7009).</summary>
internal sealed class RevocationEndpoint(ClientRequests requests, RevokedTokens revoked, TokenPlaneOptions options, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await requests.AcceptAsync(context) is not { } request)
            return;
        if (await RevokeAsync(request, context.RequestAborted) is { } refusal)
            await requests.RefuseAsync(context, refusal, request.Client);
        else
            context.Response.ContentLength = 0;
    }

    // §2.1: the hint only speeds up a search, and there is nothing to search.
    private async Task<TokenRefusal?> RevokeAsync(ClientRequest request, CancellationToken cancellation)
    {
        if (request.Form["token"] is not { } text)
            return TokenRefusal.InvalidRequest("token is missing.");
        // §2.2: a token that is invalid already needs no revoking, and says 200.
        if (IssuedToken.Read(text, request.Snapshot.Signing.Verifier, options.Issuer, clock.GetUtcNow()) is not { } token)
            return null;
        // §2.1: issued to the client that asks.
        if (token.ClientId != request.Client.ClientId)
            return TokenRefusal.UnauthorizedClient("The token was issued to another client.");
        try
        {
            await revoked.AddAsync(token.Id, DateTimeOffset.FromUnixTimeSeconds(token.Expires), cancellation);
            return null;
        }
        catch (NpgsqlException)
        {
            // §2.2.1: the client must assume that the token still works.
            return TokenRefusal.Unavailable("The revocation cannot be kept now; try again.");
        }
    }
}
