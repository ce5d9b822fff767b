using System.Security.Cryptography;
using System.Text;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>
/// Whether the sender of a bound token holds what it is bound to: the key of a DPoP proof (RFC 9449 §7), or the
/// certificate of its connection (RFC 8705 §3). One that was stolen is worth nothing without.
/// </summary>
internal sealed class Possession(IOptions<MarketplaceOptions> options, TimeProvider time)
{
    private readonly ReplayGuard replays = new(time, DpopProof.Life);
    private readonly PeerCertificate certificates = new(options.Value);
    private readonly string[] fronts = [.. FrontsOf(options.Value)];

    /// <summary>Call it once per request, and with a token that holds: a good proof is remembered. Null: nothing is missing.</summary>
    public string? ReasonAgainst(VerifiedToken token, TokenCredentials credentials, HttpContext context)
    {
        var isDpop = credentials.Scheme == TokenCredentials.Dpop;
        return token.Binding switch
        {
            // RFC 9449 §7.1: what says DPoP must be bound to the key of a proof.
            null => isDpop ? ReasonCode.TokenProofInvalid : null,
            { IsCertificate: true, Thumbprint: var thumbprint } =>
                !isDpop && thumbprint == certificates.ThumbprintOf(context) ? null : ReasonCode.TokenCertificate,
            { Thumbprint: var thumbprint } =>
                isDpop && context.Request.Headers[DpopProof.Header] is [{ } proof] ? ReasonAgainst(proof, thumbprint, credentials, context) : ReasonCode.TokenProofMissing,
        };
    }

    private string? ReasonAgainst(string text, string thumbprint, TokenCredentials credentials, HttpContext context)
    {
        if (!DpopProof.TryRead(text, out var proof) || proof.KeyThumbprint != thumbprint || proof.AccessTokenHash != HashOf(credentials.Token.Span)
            || proof.FaultFor(context.Request.Method, UrlsOf(context), time.GetUtcNow()) is not null)
            return ReasonCode.TokenProofInvalid;
        return replays.TryUse(thumbprint, proof.Id) ? null : ReasonCode.TokenProofUsed;
    }

    // What a request says of itself counts only where nothing else is known: an instance that is none of ours, and was
    // sent a token with its proof, would send both on with the host that the proof names.
    private static IEnumerable<string> FrontsOf(MarketplaceOptions options)
    {
        if (options.PublicUrl is { } known)
            yield return known.AbsoluteUri;
        if (options.Instance.Url is not { } own)
            yield break;
        yield return own.AbsoluteUri;
        // Whether a proxy takes its path off on the way is not known here.
        yield return own.GetLeftPart(UriPartial.Authority);
    }

    private List<string> UrlsOf(HttpContext context)
    {
        var path = Authorizer.RawPath(context).ToString();
        IEnumerable<string> known = fronts.Length > 0 ? fronts : [$"{context.Request.Scheme}://{context.Request.Host}"];
        return [.. known.Select(front => DpopProof.Normal(front.TrimEnd('/') + path)).OfType<string>()];
    }

    // RFC 9449 §4.2, ath.
    private static string HashOf(ReadOnlySpan<char> token)
    {
        var ascii = new byte[token.Length];
        Encoding.ASCII.GetBytes(token, ascii);
        return Base64Url.Encode(SHA256.HashData(ascii));
    }
}
