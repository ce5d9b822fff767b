using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>Asks the token endpoint for one token (RFC 6749 §4.4, RFC 8707).</summary>
internal sealed class TokenRequest(MarketplaceClientOptions options, HttpClient http, TimeProvider time)
{
    public async Task<IssuedToken> SendAsync(string audience)
    {
        var requestedAt = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, "oauth/token");
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials", ["resource"] = audience };
        try
        {
            await AuthenticateAsync(request, form);
            request.Content = new FormUrlEncodedContent(form);
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15), time);
            using var response = await http.SendAsync(request, timeout.Token);
            return Read(audience, (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(timeout.Token), requestedAt);
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

    private async Task AuthenticateAsync(HttpRequestMessage request, Dictionary<string, string> form)
    {
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

    private IssuedToken Read(string audience, int status, byte[] body, DateTimeOffset requestedAt)
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
            return IssuedToken.Of(token, requestedAt, TimeSpan.FromSeconds(seconds));
        }
    }

    private MarketplaceTokenException Unreadable(string audience, int status) => new(MarketplaceTokenException.Unavailable,
        $"No token for {audience}: {options.Url} answered {status} and no OAuth 2.0 answer.");
}
