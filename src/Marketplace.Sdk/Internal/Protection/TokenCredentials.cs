using Marketplace.Contracts.Policy;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The token in an Authorization header (RFC 6750 §2.1, RFC 9449 §7.1), where it stands in the header's own text.</summary>
internal readonly struct TokenCredentials
{
    public const string Bearer = "Bearer";
    public const string Dpop = "DPoP";
    private readonly string header;

    private TokenCredentials(string header, string scheme) => (this.header, Scheme) = (header, scheme);

    public string Scheme { get; }

    public ReadOnlyMemory<char> Token => header.AsMemory(Scheme.Length).Trim(' ');

    /// <summary>A reason where there is no token, or more than one.</summary>
    public static bool TryRead(StringValues authorization, out TokenCredentials credentials, out string? reason)
    {
        var text = authorization.ToString();
        var scheme = IsOf(text, Bearer) ? Bearer : IsOf(text, Dpop) ? Dpop : null;
        reason = authorization.Count > 1 ? ReasonCode.TokenMalformed : scheme is null ? ReasonCode.TokenMissing : null;
        credentials = reason is null ? new TokenCredentials(text, scheme!) : default;
        return reason is null;
    }

    // RFC 9110 §11.1: schemes are case-insensitive.
    private static bool IsOf(string text, string scheme) =>
        text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && (text.Length == scheme.Length || text[scheme.Length] == ' ');
}
