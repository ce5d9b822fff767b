using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Tokens.Exchange;
using Marketplace.Tokens.Issue;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Discovery;

/// <summary>/.well-known/oauth-authorization-server (RFC 8414): what is switched on, and nothing else.</summary>
internal sealed class MetadataEndpoint(TokenPlaneOptions options)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] SigningAlgorithms = ["ES256", "PS256", "RS256"];

    /// <summary>
    /// §3.1: between the host and the path of the issuer. Where it has a path, below that too, for clients that look there
    /// and for proxies that take the path away.
    /// </summary>
    public IEnumerable<string> Routes { get; } =
        new[] { TokenPlane.MetadataPath + new Uri(options.Issuer).AbsolutePath.TrimEnd('/'), TokenPlane.MetadataPath }.Distinct(StringComparer.Ordinal);

    private readonly byte[] _document = JsonSerializer.SerializeToUtf8Bytes(Members(options), Json);

    public Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _document.Length;
        return context.Response.Body.WriteAsync(_document, context.RequestAborted).AsTask();
    }

    private static Dictionary<string, object> Members(TokenPlaneOptions options)
    {
        string[] methods =
        [
            "client_secret_basic", "client_secret_post", "private_key_jwt",
            .. options.MutualTls is null ? Array.Empty<string>() : ["self_signed_tls_client_auth"],
            .. options.MutualTls is not { Authorities.Count: > 0 } ? Array.Empty<string>() : ["tls_client_auth"],
        ];
        var members = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["issuer"] = options.Issuer,
            ["token_endpoint"] = options.TokenEndpoint,
            ["revocation_endpoint"] = options.Issuer + TokenPlane.RevocationPath,
            ["introspection_endpoint"] = options.Issuer + TokenPlane.IntrospectionPath,
            ["jwks_uri"] = options.Issuer + TokenPlane.JwksPath,
            // §2 requires it, though there is no authorization endpoint; clients that check refuse a document without it.
            ["response_types_supported"] = Array.Empty<string>(),
            ["grant_types_supported"] = new[] { "client_credentials", TokenExchange.GrantType },
            ["token_endpoint_auth_methods_supported"] = methods,
            ["token_endpoint_auth_signing_alg_values_supported"] = SigningAlgorithms,
            ["revocation_endpoint_auth_methods_supported"] = methods,
            ["revocation_endpoint_auth_signing_alg_values_supported"] = SigningAlgorithms,
            ["introspection_endpoint_auth_methods_supported"] = methods,
            ["introspection_endpoint_auth_signing_alg_values_supported"] = SigningAlgorithms,
            // RFC 9449 §5.1.
            ["dpop_signing_alg_values_supported"] = SigningAlgorithms,
            // RFC 9396 §10.
            ["authorization_details_types_supported"] = new[] { OperationDetails.Type },
        };
        if (options.MutualTls is { } tls)
        {
            // RFC 8705 §3.3, §5.
            members["tls_client_certificate_bound_access_tokens"] = true;
            members["mtls_endpoint_aliases"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["token_endpoint"] = tls.Url + TokenPlane.TokenPath,
                ["revocation_endpoint"] = tls.Url + TokenPlane.RevocationPath,
                ["introspection_endpoint"] = tls.Url + TokenPlane.IntrospectionPath,
            };
        }
        return members;
    }
}
