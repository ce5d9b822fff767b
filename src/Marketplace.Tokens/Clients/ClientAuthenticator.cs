using System.Security.Cryptography;
using Marketplace.Core.Keys;
using Marketplace.Jose;
using Marketplace.Tokens.Issue;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Clients;

/// <summary>Who asks: by secret, private_key_jwt or certificate, exactly one of them (RFC 6749 §2.3, RFC 8705 §2).</summary>
internal sealed class ClientAuthenticator(
    SecretHasher hasher, SpentAssertions spent, ClientCertificates certificates, CredentialUse uses, KeySetRequests keySets, TokenPlaneOptions options, TimeProvider clock)
{
    public ValueTask<ClientFound> AuthenticateAsync(HttpContext context, TokenSnapshot snapshot, FormParameters form)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count > 1)
            return Refused("Send one Authorization header.");
        var authorization = headers.Count == 0 ? null : headers[0];
        var (secret, type, assertion) = (form["client_secret"], form["client_assertion_type"], form["client_assertion"]);
        if ((authorization is null ? 0 : 1) + (secret is null ? 0 : 1) + (assertion is null && type is null ? 0 : 1) > 1)
            return Refused("Authenticate in one way only.");
        if (authorization is not null)
            return new(ByBasic(snapshot, form["client_id"], authorization));
        if (secret is not null)
            return new(BySecret(snapshot, form["client_id"] ?? "", secret));
        if (type is not null && type != ClientAssertion.Type)
            return Refused($"client_assertion_type must be {ClientAssertion.Type}.");
        if (type is null != assertion is null)
            return Refused("client_assertion and client_assertion_type belong together.");
        return assertion is null ? new(ByCertificate(context, snapshot, form["client_id"])) : ByAssertionAsync(snapshot, form["client_id"], assertion);
    }

    private ClientFound ByBasic(TokenSnapshot snapshot, string? clientId, string authorization) =>
        BasicCredentials.Read(authorization) is { } basic && (clientId is null || clientId == basic.ClientId)
            ? BySecret(snapshot, basic.ClientId, basic.Secret)
            : ClientFound.None(clientId);

    private ClientFound BySecret(TokenSnapshot snapshot, string clientId, string secret)
    {
        // Hashed for an unknown client too, so that the time taken does not tell which ids exist.
        var hash = hasher.Hash(secret);
        var now = clock.GetUtcNow();
        return snapshot.Clients.TryGetValue(clientId, out var client) && client.FindSecret(hash, now) is { } credential
            ? Found(client, credential, now)
            : ClientFound.None(clientId);
    }

    private async ValueTask<ClientFound> ByAssertionAsync(TokenSnapshot snapshot, string? clientId, string assertion)
    {
        var now = clock.GetUtcNow();
        if (ClientAssertion.Parse(assertion) is not { Issuer: { } claimed } parsed
            || (clientId is not null && clientId != claimed)
            || !snapshot.Clients.TryGetValue(claimed, out var client))
            return ClientFound.None(clientId);
        if (client.Verify(parsed.Jws, now) is not { } credential)
        {
            keySets.Note(client, now);
            return ClientFound.None(claimed);
        }
        return parsed.IsFor(options.Issuer, now) && await spent.TryUseAsync(claimed, parsed)
            ? Found(client, credential, now)
            : ClientFound.None(claimed);
    }

    // RFC 8705 §2: the client id is sent along, since a certificate names no client.
    private ClientFound ByCertificate(HttpContext context, TokenSnapshot snapshot, string? clientId)
    {
        var now = clock.GetUtcNow();
        if (clientId is null || certificates.Of(context) is not { } certificate || !snapshot.Clients.TryGetValue(clientId, out var client))
            return ClientFound.None(clientId);
        var thumbprint = SHA256.HashData(certificate.RawData);
        var credential = client.FindCertificate(thumbprint, now)
            ?? (client.FindName(certificate, now) is { } named && certificates.IsVouchedFor(certificate) ? named : null);
        return credential is null
            ? ClientFound.None(clientId)
            : Found(client, credential, now, new TokenBinding(TokenBinding.CertificateThumbprint, Base64Url.Encode(thumbprint)));
    }

    private ClientFound Found(Client client, Credential credential, DateTimeOffset now, TokenBinding? binding = null)
    {
        if (credential.Touch(now))
            uses.Note(credential.Id, now);
        return new ClientFound(credential.Environment is { } only ? client.In(only) : client, binding, null, client.ClientId);
    }

    private static ValueTask<ClientFound> Refused(string description) =>
        new(new ClientFound(null, null, TokenRefusal.InvalidRequest(description), null));
}

/// <summary>The client, and what binds its tokens if a certificate proved it; or why there is none, and who it said it was.</summary>
internal readonly record struct ClientFound(Client? Client, TokenBinding? Binding, TokenRefusal? Refusal, string? Claimed)
{
    public static ClientFound None(string? claimed) => new(null, null, TokenRefusal.InvalidClient, claimed);
}
