using System.Diagnostics.CodeAnalysis;
using Marketplace.Contracts.Policy;

namespace Marketplace.Core.Access.Explain;

/// <summary>What people paste: a token, a header's value or its whole line.</summary>
internal static class TokenText
{
    private const string Header = "Authorization:";

    /// <summary>The token, or the reason why a data plane sees none.</summary>
    public static bool TryRead(string pasted, [NotNullWhen(true)] out string? token, [NotNullWhen(false)] out string? reason)
    {
        var text = pasted.Trim();
        if (text.StartsWith(Header, StringComparison.OrdinalIgnoreCase))
            text = text[Header.Length..].Trim();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? text : text[..space];
        var isScheme = scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || scheme.Equals("DPoP", StringComparison.OrdinalIgnoreCase);
        token = isScheme ? space < 0 ? "" : text[space..].Trim() : space < 0 ? text : null;
        reason = token is null ? ReasonCode.TokenMissing : null;
        return token is not null;
    }
}
