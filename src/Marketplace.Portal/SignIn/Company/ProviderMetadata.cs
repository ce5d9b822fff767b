using System.Text.Json;

namespace Marketplace.Portal.SignIn.Company;

/// <summary>What the discovery document says (OpenID Connect Discovery 1.0 §3), as far as we use it.</summary>
internal sealed record ProviderMetadata(
    string Issuer, string Authorization, string Token, string Keys, string? UserInfo, string? EndSession, bool SendsIssuer)
{
    /// <exception cref="ProviderException">It is another's, or an endpoint is missing or not safe to send anything to.</exception>
    public static ProviderMetadata Read(JsonElement json, string issuer)
    {
        // §4.3: exactly the one that was asked.
        if (Text(json, "issuer") != issuer)
            throw new ProviderException($"The discovery document of {issuer} names another issuer.");
        if (json.TryGetProperty("code_challenge_methods_supported", out var methods)
            && !methods.EnumerateArray().Any(m => m.ValueEquals("S256")))
            throw new ProviderException($"{issuer} does not support PKCE with S256.");
        return new(
            issuer, Needed("authorization_endpoint"), Needed("token_endpoint"), Needed("jwks_uri"),
            Address("userinfo_endpoint"), Address("end_session_endpoint"),
            json.TryGetProperty("authorization_response_iss_parameter_supported", out var sends) && sends.ValueKind == JsonValueKind.True);

        string Needed(string name) => Address(name) ?? throw new ProviderException($"The discovery document of {issuer} has no {name}.");

        string? Address(string name) => Text(json, name) is not { } text ? null
            : IsSafe(text) ? text : throw new ProviderException($"{name} of {issuer} is not an https address.");
    }

    /// <summary>TLS, or this machine.</summary>
    public static bool IsSafe(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The identity provider does not answer, or not as it should. The message is for operators.</summary>
internal sealed class ProviderException(string message, Exception? cause = null) : Exception(message, cause);
