using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>What a token is bound to: the thumbprint of a key (RFC 9449 §6.1) or of a certificate (RFC 8705 §3.1).</summary>
internal sealed record TokenBinding(bool IsCertificate, string Thumbprint)
{
    /// <summary>Reads <c>cnf</c>. False where it says something that is not checked here, and so must not be passed over.</summary>
    public static bool TryRead(JsonElement claims, out TokenBinding? binding)
    {
        binding = null;
        if (!claims.TryGetProperty("cnf"u8, out var confirmation))
            return true;
        if (confirmation.ValueKind != JsonValueKind.Object || confirmation.GetPropertyCount() != 1)
            return false;
        var member = confirmation.EnumerateObject().First();
        if (member.Name is not ("jkt" or "x5t#S256") || !StrictJson.TryGetOptionalString(confirmation, member.Name, out var thumbprint) || string.IsNullOrEmpty(thumbprint))
            return false;
        binding = new TokenBinding(member.Name != "jkt", thumbprint);
        return true;
    }
}
