using System.Buffers;
using Marketplace.Tokens.Dpop;
using Marketplace.Tokens.Exchange;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Issue;

/// <summary>
/// POST /oauth/token (RFC 6749 §3.2, §4.4). Reads the snapshot and the clock, and waits for nothing else; an assertion
/// alone must be seen to be new everywhere.
/// </summary>
internal sealed class TokenEndpoint(
    ClientRequests requests, TokenRequestProof proofs, TokenExchange exchange, TokenWriter writer, TimeProvider clock, TokenMetrics metrics)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await requests.AcceptAsync(context) is not { } request)
            return;
        var output = new ArrayBufferWriter<byte>(2048);
        if (Issue(context, request, output) is { } refusal)
        {
            await requests.RefuseAsync(context, refusal, request.Client);
            return;
        }
        await OAuthAnswer.SendAsync(context, 200, output);
    }

    private TokenRefusal? Issue(HttpContext context, ClientRequest request, ArrayBufferWriter<byte> output)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var (content, refusal) = request.Form["grant_type"] switch
        {
            "client_credentials" => GrantSelection.Select(request.Snapshot, request.Client, TokenRequest.Of(request.Form), now),
            TokenExchange.GrantType => exchange.Select(request, now),
            null => (null, TokenRefusal.InvalidRequest("grant_type is missing.")),
            _ => (null, TokenRefusal.UnsupportedGrantType),
        };
        if (content is null)
            return refusal;
        // Last, since a proof counts as used once it was looked at.
        var (binding, why) = proofs.Check(context);
        if (why is not null)
            return why;
        writer.Write(output, request.Snapshot, request.Client, content, binding ?? request.Certificate, now);
        metrics.Issued(request.Client, content.Audience);
        return null;
    }
}
