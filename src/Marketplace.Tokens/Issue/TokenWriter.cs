using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Jose;
using Marketplace.Tokens.Exchange;
using Marketplace.Tokens.Snapshot;

namespace Marketplace.Tokens.Issue;

/// <summary>Writes the claims of RFC 9068 §2.2 with our own, signs them, and writes the answer of RFC 6749 §5.1.</summary>
internal sealed class TokenWriter(TokenPlaneOptions options)
{
    // Its output is no HTML: "+" and "&" need no escape.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic] private static ArrayBufferWriter<byte>? _claims;

    public void Write(
        IBufferWriter<byte> output, TokenSnapshot snapshot, Client client, AccessTokenContent content, TokenBinding? binding, long now)
    {
        var expires = Math.Min(now + (long)TokenPlaneOptions.TokenLifetime.TotalSeconds, content.LastEnd);
        var signer = snapshot.Signing.Signer;
        var claims = _claims ??= new ArrayBufferWriter<byte>(1024);
        claims.ResetWrittenCount();
        WriteClaims(claims, snapshot.Revision, client, content, binding, now, expires);

        var length = signer.TokenLength(claims.WrittenCount);
        var token = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            length = signer.Sign(claims.WrittenSpan, token);
            using var json = new Utf8JsonWriter(output, Json);
            json.WriteStartObject();
            json.WriteString("access_token"u8, token.AsSpan(0, length));
            if (content.Actor is not null)
                json.WriteString("issued_token_type"u8, TokenExchange.AccessTokenType);
            json.WriteString("token_type"u8, binding?.TokenType ?? "Bearer");
            json.WriteNumber("expires_in"u8, expires - now);
            if (content.Scope is not null)
                json.WriteString("scope"u8, content.Scope);
            WriteRaw(json, "authorization_details", content.Details);
            json.WriteEndObject();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(token);
        }
    }

    private void WriteClaims(
        IBufferWriter<byte> output, long revision, Client client, AccessTokenContent content, TokenBinding? binding, long now, long expires)
    {
        Span<byte> random = stackalloc byte[TokenId.Length];
        RandomIds.Fill(random);
        Span<byte> id = stackalloc byte[22];
        Base64Url.Encode(random, id);

        using var json = new Utf8JsonWriter(output, Json);
        json.WriteStartObject();
        json.WriteString("iss"u8, options.Issuer);
        json.WriteString("aud"u8, content.Audience);
        json.WriteString("sub"u8, content.Subject ?? client.ClientId);
        json.WriteString("client_id"u8, client.ClientId);
        json.WriteNumber("iat"u8, now);
        json.WriteNumber("exp"u8, expires);
        json.WriteString("jti"u8, id);
        if (content.Scope is not null)
            json.WriteString("scope"u8, content.Scope);
        if (content.Operations is not null)
            json.WriteString("ops"u8, content.Operations);
        if (content.Environment is not null)
            json.WriteString("env"u8, content.Environment);
        json.WriteNumber("rev"u8, revision);
        if (binding is not null)
        {
            json.WriteStartObject("cnf"u8);
            json.WriteString(binding.Member, binding.Value);
            json.WriteEndObject();
        }
        WriteRaw(json, "act", content.Actor);
        WriteRaw(json, "authorization_details", content.Details);
        json.WriteEndObject();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string? value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }
}
