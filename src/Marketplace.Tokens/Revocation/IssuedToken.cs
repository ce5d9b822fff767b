using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Jose;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;

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

    /// <summary>What of it still stands: its client and subject are there, and those of its grants that nobody has ended. Null for nothing.</summary>
    public StandingGrants? Standing(TokenSnapshot snapshot, long now)
    {
        if (!snapshot.Clients.TryGetValue(ClientId, out var client) || !snapshot.Clients.TryGetValue(Subject, out var subject)
            || snapshot.ResourceOf(Audience) is not { } resource)
            return null;
        var standing = GrantSelection.Standing(snapshot, client, resource.Key, now)?.Only(Operations.Contains);
        if (standing is not null && !ReferenceEquals(client, subject))
            standing = GrantSelection.Standing(snapshot, subject, resource.Key, now) is { } theirs ? standing.Intersect(theirs) : null;
        return standing is null or { IsEmpty: true } ? null : standing;
    }

    private string? Text(string name) => StrictJson.TryGetOptionalString(Claims, name, out var value) ? value : null;
}
