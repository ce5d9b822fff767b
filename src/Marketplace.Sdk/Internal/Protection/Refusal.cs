using System.Globalization;
using System.Text.Json;
using Marketplace.Contracts.Policy;
using Marketplace.Sdk.Internal.Limits;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>The answer to a refused call: RFC 9457 with the reason as its code, and what to come back with.</summary>
internal static class Refusal
{
    public const string ReasonHeader = "Marketplace-Reason";

    public static async Task WriteAsync(HttpContext context, string reason, Challenge challenge, string? operation, string? client, Spending spending)
    {
        var status = ReasonCode.StatusOf(reason);
        var detail = Sentence(reason);
        var response = context.Response;
        response.StatusCode = status;
        response.Headers[ReasonHeader] = reason;
        response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status503ServiceUnavailable)
            response.Headers.RetryAfter = "1";
        else if (status == StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = spending.Seconds.ToString(CultureInfo.InvariantCulture);
        else
            response.Headers.WWWAuthenticate = challenge.For(reason, context.Request.Headers.Authorization, detail);
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("title", status switch { 401 => "Unauthorized", 403 => "Forbidden", 429 => "Too Many Requests", _ => "Service Unavailable" });
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("code", reason);
            if (operation is not null)
                json.WriteString("operation", operation);
            if (operation is not null && reason is ReasonCode.OperationNotGranted or ReasonCode.GrantEnded)
                json.WriteString("request_access", challenge.RequestAccess(client, operation));
            json.WriteString("why", challenge.Why(client, operation, reason));
            json.WriteEndObject();
        }

        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }

    private static string Sentence(string reason) => reason switch
    {
        ReasonCode.TokenMissing => "Send a token of the marketplace in the Authorization header.",
        ReasonCode.TokenMalformed => "The token is not one of the marketplace.",
        ReasonCode.TokenAlgorithm => "The token is signed with an algorithm that its key is not for.",
        ReasonCode.TokenType => "The token is of another type than at+jwt.",
        ReasonCode.TokenKeyUnknown => "The token is signed with a key that the marketplace does not publish.",
        ReasonCode.TokenSignature => "The token's signature does not hold.",
        ReasonCode.TokenIssuer => "The token was issued by someone else.",
        ReasonCode.TokenAudience => "The token is for another API or environment.",
        ReasonCode.TokenEnvironment => "The token is for another environment.",
        ReasonCode.TokenExpired => "The token has expired.",
        ReasonCode.TokenNotYetValid => "The token is not valid yet.",
        ReasonCode.TokenProofMissing => "The token is bound to a key. Send it as Authorization: DPoP, with one DPoP proof.",
        ReasonCode.TokenProofInvalid => "The DPoP proof is not one of the key of this token for this method, URL, token and minute.",
        ReasonCode.TokenProofUsed => "The DPoP proof was used before. Make one for each request.",
        ReasonCode.TokenCertificate => "The token is bound to a certificate that is not the one of this connection.",
        ReasonCode.PathNotCanonical => "The path could be read in two ways. Send it in canonical form.",
        ReasonCode.MethodOverride => "The method may not be overridden by a header.",
        ReasonCode.OperationUnknown => "No published endpoint has this method and path.",
        ReasonCode.OperationNotGranted => "The token does not carry this endpoint. Request access to it in the marketplace.",
        ReasonCode.GrantEnded => "The grant of this endpoint was revoked or has ended.",
        ReasonCode.GrantSuspended => "The grant of this endpoint is suspended. The address in why says by whom, and how it goes on.",
        ReasonCode.RateExceeded => "The plan of this grant allows no more calls right now. Wait for as long as Retry-After says.",
        ReasonCode.QuotaExceeded => "The plan's calls of this day or month are used up. Wait for as long as Retry-After says, or ask the owner for another plan.",
        ReasonCode.PolicyUnavailable => "This service has no policy yet. Try again shortly.",
        _ => "Refused.",
    };
}
