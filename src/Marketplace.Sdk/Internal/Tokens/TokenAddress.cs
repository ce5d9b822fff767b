using Marketplace.Jose;

namespace Marketplace.Sdk.Internal.Tokens;

/// <summary>
/// Where tokens are asked for. With a certificate that is where the marketplace says so in its metadata, since its
/// ordinary port asks for none (RFC 8705 §5).
/// </summary>
internal sealed class TokenAddress(MarketplaceClientOptions options, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(5);
    private readonly Uri ordinary = new(http.BaseAddress!, "oauth/token");
    private Uri? alias;
    private DateTimeOffset askAfter;

    /// <summary>As the marketplace knows it, which is what a proof names, however it is reached from here.</summary>
    public Uri Public { get; } = new(options.ExpectedIssuer.TrimEnd('/') + "/oauth/token");

    public async ValueTask<Uri> GetAsync(CancellationToken cancellation)
    {
        if (options.ClientCertificateFile is not { Length: > 0 })
            return ordinary;
        var now = time.GetUtcNow();
        if (alias is not null && now < askAfter)
            return alias;
        alias = await ReadAsync(cancellation);
        askAfter = now + GoodFor;
        return alias;
    }

    private async Task<Uri> ReadAsync(CancellationToken cancellation)
    {
        var body = await http.GetByteArrayAsync(new Uri(http.BaseAddress!, ".well-known/oauth-authorization-server"), cancellation);
        if (!StrictJson.TryParseObject(body, out var json))
            throw Unusable("it is no JSON object");
        using (json)
        {
            // RFC 8414 §3.3: another's metadata would send the request elsewhere.
            if (!StrictJson.TryGetOptionalString(json.RootElement, "issuer", out var issuer) || issuer != options.ExpectedIssuer)
                throw Unusable($"its issuer is {issuer}, not {options.ExpectedIssuer}");
            return json.RootElement.TryGetProperty("mtls_endpoint_aliases", out var aliases) && aliases.ValueKind == System.Text.Json.JsonValueKind.Object
                && StrictJson.TryGetOptionalString(aliases, "token_endpoint", out var text)
                && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "https"
                    ? url : throw Unusable("it names no https address for clients with certificates (mtls_endpoint_aliases)");
        }
    }

    private MarketplaceTokenException Unusable(string why) =>
        new("invalid_client", $"The certificate cannot be used: the metadata of {options.Url} is of no use, {why}.");
}
