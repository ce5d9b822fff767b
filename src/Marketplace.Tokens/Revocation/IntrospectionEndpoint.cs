using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Jose;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Revocation;

/// <summary>
/// POST /oauth/introspect (RFC 7662). A client may ask about its own tokens and about those for the APIs of its team;
/// about any other it is told what it is told about nonsense (§2.2, §4).
/// </summary>
internal sealed class IntrospectionEndpoint(ClientRequests requests, RevokedTokens revoked, TokenPlaneOptions options, TimeProvider clock)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Copied = ["iss", "aud", "sub", "client_id", "iat", "exp", "jti", "env", "rev", "cnf", "act"];

    public async Task HandleAsync(HttpContext context)
    {
        if (await requests.AcceptAsync(context) is not { } request)
            return;
        if (request.Form["token"] is not { } text)
        {
            await requests.RefuseAsync(context, TokenRefusal.InvalidRequest("token is missing."), request.Client);
            return;
        }
        var now = clock.GetUtcNow();
        var token = IssuedToken.Read(text, request.Snapshot.Signing.Verifier, options.Issuer, now);
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output, Json))
        {
            json.WriteStartObject();
            if (token is null || revoked.Contains(token.Id) || !MayAsk(request, token) || Standing(request.Snapshot, token, now) is not { } standing)
                json.WriteBoolean("active"u8, false);
            else
                WriteActive(json, token, standing);
            json.WriteEndObject();
        }
        await OAuthAnswer.SendAsync(context, 200, output);
    }

    private static bool MayAsk(ClientRequest request, IssuedToken token) =>
        (request.Client.Environment is null || token.Environment == request.Client.Environment)
        && (token.ClientId == request.Client.ClientId
        || (request.Snapshot.ResourceOf(token.Audience) is { } resource && resource.Team == request.Client.Team));

    private static Remainder? Standing(TokenSnapshot snapshot, IssuedToken token, DateTimeOffset now)
    {
        if (token.Audience == TokenPlaneOptions.ControlAudience)
            return snapshot.Clients.ContainsKey(token.ClientId) ? new Remainder(null, TokenPlaneOptions.ControlScope) : null;
        return token.Standing(snapshot, now.ToUnixTimeSeconds()) is { } standing ? new Remainder(standing.Operations, standing.Scope) : null;
    }

    private static void WriteActive(Utf8JsonWriter json, IssuedToken token, Remainder standing)
    {
        json.WriteBoolean("active"u8, true);
        json.WriteString("token_type"u8, token.IsBoundToKey ? "DPoP" : "Bearer");
        foreach (var name in Copied)
        {
            if (!token.Claims.TryGetProperty(name, out var value))
                continue;
            json.WritePropertyName(name);
            value.WriteTo(json);
        }
        if (standing.Scope is not null)
            json.WriteString("scope"u8, standing.Scope);
        if (standing.Operations is not null)
            json.WriteString("ops"u8, standing.Operations);
    }

    private sealed record Remainder(string? Operations, string? Scope);
}
