using Marketplace.Contracts.Policy;
using Microsoft.Extensions.Primitives;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The token in an Authorization header (RFC 6750 §2.1), where it stands in the header's own text.</summary>
internal readonly struct BearerCredentials
{
    private const string Scheme = "Bearer";
    private readonly string header;

    private BearerCredentials(string header) => this.header = header;

    public ReadOnlyMemory<char> Token => header.AsMemory(Scheme.Length).Trim(' ');

    /// <summary>A reason where there is no token, or more than one.</summary>
    public static bool TryRead(StringValues authorization, out BearerCredentials credentials, out string? reason)
    {
        credentials = default;
        reason = ReasonCode.TokenMalformed;
        if (authorization.Count > 1)
            return false;
        var text = authorization.ToString();
        reason = ReasonCode.TokenMissing;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || (text.Length > Scheme.Length && text[Scheme.Length] != ' '))
            return false;
        credentials = new BearerCredentials(text);
        reason = null;
        return true;
    }
}
