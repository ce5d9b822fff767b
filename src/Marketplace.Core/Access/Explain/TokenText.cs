using System.Diagnostics.CodeAnalysis;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;

namespace Marketplace.Core.Access.Explain;

/// <summary>What people paste: a token, a header's value or its whole line.</summary>
internal static class TokenText
{
    private const int LongestIssuer = 200;
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

    /// <summary>Whom a token that proves nothing names as its issuer, where that is somebody else: most often it is simply another system's.</summary>
    public static string OtherIssuer(string? token, string issuer)
    {
        if (token?.Split('.') is not [_, var payload, _] || !Base64Url.TryDecode(payload, out var bytes) || !StrictJson.TryParseObject(bytes, out var json))
            return "";
        using (json)
        {
            return StrictJson.TryGetOptionalString(json.RootElement, "iss", out var named) && named is { Length: > 0 and <= LongestIssuer } && named != issuer && !named.Any(char.IsControl)
                ? $" It names {named} as its issuer; this marketplace is {issuer}."
                : "";
        }
    }
}
