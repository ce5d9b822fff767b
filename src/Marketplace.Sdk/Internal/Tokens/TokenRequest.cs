using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>Asks the token endpoint for one token (RFC 6749 §4.4, RFC 8707).</summary>
internal sealed class TokenRequest(MarketplaceClientOptions options, HttpClient http, TokenAddress address, TimeProvider time)
{
    public async Task<IssuedToken> SendAsync(string audience, DpopProofs? binding)
    {
        var requestedAt = time.GetUtcNow();
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15), time);
            var url = await address.GetAsync(timeout.Token);
            var (answer, wantsNonce) = await SendAsync(url, audience, binding, requestedAt, timeout.Token);
            // RFC 9449 §8: the first refusal brings the nonce.
            if (wantsNonce)
                (answer, _) = await SendAsync(url, audience, binding, requestedAt, timeout.Token);
            return answer();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            throw new MarketplaceTokenException(MarketplaceTokenException.Unavailable,
                $"No token for {audience}: the marketplace at {options.Url} cannot be reached. {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MarketplaceTokenException("invalid_client", $"No token for {audience}: the credential cannot be read. {e.Message}", e);
        }
    }

    private async Task<(Func<IssuedToken> Answer, bool WantsNonce)> SendAsync(
        Uri url, string audience, DpopProofs? binding, DateTimeOffset requestedAt, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials", ["resource"] = audience };
        await AuthenticateAsync(request, form);
        request.Content = new FormUrlEncodedContent(form);
        if (binding is not null)
            request.Headers.Add(DpopProof.Header, binding.For("POST", address.Public, token: null));
        using var response = await http.SendAsync(request, cancellation);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation);
        var (status, learnt) = ((int)response.StatusCode, binding?.Learn(address.Public, response) == true);
        return (() => Read(audience, status, body, requestedAt, isBound: binding is not null), learnt && status is 400 or 401 && ErrorOf(body) == DpopProof.NonceWanted);
    }

    private static string? ErrorOf(byte[] body)
    {
        if (!StrictJson.TryParseObject(body, out var json))
            return null;
        using (json)
            return StrictJson.TryGetOptionalString(json.RootElement, "error", out var error) ? error : null;
    }

    private async Task AuthenticateAsync(HttpRequestMessage request, Dictionary<string, string> form)
    {
        if (options.ClientCertificateFile is { Length: > 0 })
        {
            // RFC 8705 §2: a certificate names no client.
            form["client_id"] = options.ClientId!;
            return;
        }

        if (options.PrivateKeyFile is { Length: > 0 } keyFile)
        {
            form["client_id"] = options.ClientId!;
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            form["client_assertion"] = Assertion(await File.ReadAllTextAsync(keyFile), keyFile);
            return;
        }

        var secret = options.ClientSecretFile is { Length: > 0 } file ? (await File.ReadAllTextAsync(file)).Trim() : options.ClientSecret!;
        // RFC 6749 §2.3.1: both are form-encoded before they are joined.
        var pair = Uri.EscapeDataString(options.ClientId!) + ":" + Uri.EscapeDataString(secret);
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
    }

    /// <summary>RFC 7523 §3: one minute, single use, the issuer as the audience.</summary>
    private string Assertion(string json, string file)
    {
        if (!JwkJson.TryParse(json, out var key, out var error) || !key.HasPrivateKey)
            throw new MarketplaceTokenException("invalid_client", $"{file} holds no private JWK. {error}");
        var algorithm = key.KeyType == Jwk.EllipticCurve ? JwsAlgorithm.ES256 : JwsAlgorithm.PS256;
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        using var claims = new MemoryStream();
        using (var writer = new Utf8JsonWriter(claims))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", options.ClientId);
            writer.WriteString("sub", options.ClientId);
            writer.WriteString("aud", options.ExpectedIssuer);
            writer.WriteNumber("iat", now);
            writer.WriteNumber("exp", now + 60);
            writer.WriteString("jti", Guid.NewGuid().ToString("N"));
            writer.WriteEndObject();
        }

        return new JwsSigner(key, algorithm, "JWT").Sign(claims.ToArray());
    }

    private IssuedToken Read(string audience, int status, byte[] body, DateTimeOffset requestedAt, bool isBound)
    {
        if (!StrictJson.TryParseObject(body, out var json))
            throw Unreadable(audience, status);
        using (json)
        {
            StrictJson.TryGetOptionalString(json.RootElement, "error", out var error);
            if (error is not null)
            {
                StrictJson.TryGetOptionalString(json.RootElement, "error_description", out var description);
                throw new MarketplaceTokenException(error, $"No token for {audience}: {error}. {description}".TrimEnd());
            }

            if (status != 200
                || !StrictJson.TryGetOptionalString(json.RootElement, "access_token", out var token) || string.IsNullOrEmpty(token)
                || !json.RootElement.TryGetProperty("expires_in", out var life) || !life.TryGetInt32(out var seconds) || seconds <= 0)
                throw Unreadable(audience, status);
            // RFC 9449 §5: a server that knows no DPoP answers a bearer token, which is not what was asked for.
            if (isBound && !(StrictJson.TryGetOptionalString(json.RootElement, "token_type", out var type) && DpopProofs.Scheme.Equals(type, StringComparison.OrdinalIgnoreCase)))
                throw new MarketplaceTokenException("invalid_dpop_proof", $"No token for {audience}: {options.Url} did not bind it to the key of the proof.");
            return IssuedToken.Of(token, requestedAt, TimeSpan.FromSeconds(seconds));
        }
    }

    private MarketplaceTokenException Unreadable(string audience, int status) => new(MarketplaceTokenException.Unavailable,
        $"No token for {audience}: {options.Url} answered {status} and no OAuth 2.0 answer.");
}
