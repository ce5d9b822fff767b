using Marketplace.Jose;
using Marketplace.Tokens.Issue;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Dpop;

/// <summary>Checks the proof of a token request (RFC 9449 §4.3, §5), from which the token takes the key that it is bound to.</summary>
internal sealed class TokenRequestProof(TokenPlaneOptions options, DpopNonce nonces, TimeProvider clock)
{
    public const string NonceHeader = "DPoP-Nonce";

    // Apart from assertions: whoever sends many of the one takes no room of the other.
    private readonly ReplayGuard _replays = new(clock, DpopProof.Life);

    private readonly string[] _endpoints = [.. options.TokenEndpoints.Select(url => DpopProof.Normal(url)!)];

    /// <summary>Neither a binding nor a refusal where there is no proof. Call it for authenticated clients only: a good proof is remembered.</summary>
    public (TokenBinding? Binding, TokenRefusal? Refusal) Check(HttpContext context)
    {
        var headers = context.Request.Headers[DpopProof.Header];
        if (headers.Count == 0)
            return (null, null);
        context.Response.Headers[NonceHeader] = nonces.Current;
        if (headers is not [{ } text])
            return (null, TokenRefusal.InvalidDpopProof("Send one DPoP header."));
        if (!DpopProof.TryRead(text, out var proof))
            return (null, TokenRefusal.InvalidDpopProof("The proof is no dpop+jwt signed by the public key in its header."));
        return Refuse(proof, context.Request.Method) is { } refusal
            ? (null, refusal)
            : (new TokenBinding(TokenBinding.KeyThumbprint, proof.KeyThumbprint), null);
    }

    private TokenRefusal? Refuse(DpopProof proof, string method)
    {
        if (proof.FaultFor(method, _endpoints, clock.GetUtcNow()) is { } fault)
            return TokenRefusal.InvalidDpopProof(fault);
        if (proof.Nonce is not { } nonce || !nonces.Accepts(nonce))
            return TokenRefusal.UseDpopNonce;
        // §11.1. In this replica's memory: what a replay elsewhere could gain is a token for a key that its thief has not.
        return _replays.TryUse(proof.KeyThumbprint, proof.Id) ? null : TokenRefusal.InvalidDpopProof("This proof was used before.");
    }
}
