using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Tokens.Issue;

namespace Marketplace.Tokens.Revocation;

/// <summary>The claims of a token that we signed.</summary>
internal sealed record IssuedToken(JsonElement Claims, Int128 Id)
{
    private static readonly JwsExpectation AccessToken = JwsExpectation.OfType("at+jwt");

    public string ClientId => Text("client_id") ?? "";

    public string Subject => Text("sub") ?? "";

    public string Audience => Text("aud") ?? "";

    public string? Environment => Text("env");

    public OperationBitmap Operations => Text("ops") is { } text && OperationBitmap.TryParse(text, out var bitmap) ? bitmap : OperationBitmap.Empty;

    public long Expires => Claims.GetProperty("exp").GetInt64();

    public bool IsBoundToKey => Claims.TryGetProperty("cnf", out var confirmation) && confirmation.TryGetProperty(TokenBinding.KeyThumbprint, out _);

    /// <summary>Null if it is none of ours or has expired (RFC 7519 §4.1.4).</summary>
    public static IssuedToken? Read(string token, JwsVerifier ours, string issuer, DateTimeOffset now)
    {
        var result = ours.Verify(token, AccessToken);
        if (!result.IsValid || !StrictJson.TryParseObject(result.Jws!.Payload, out var document))
            return null;
        using (document)
        {
            var read = document.RootElement.Clone();
            return JwtTimes.TryRead(read, out var times) && times.Expires > now.ToUnixTimeSeconds()
                && StrictJson.TryGetOptionalString(read, "iss", out var from) && from == issuer
                && StrictJson.TryGetOptionalString(read, "jti", out var text) && TokenId.Parse(text) is { } id
                    ? new IssuedToken(read, id)
                    : null;
        }
    }

    private string? Text(string name) => StrictJson.TryGetOptionalString(Claims, name, out var value) ? value : null;
}
