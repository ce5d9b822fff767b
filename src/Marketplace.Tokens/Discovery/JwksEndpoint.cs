using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Tokens.Discovery;

/// <summary>/.well-known/jwks.json (RFC 7517 §5), cacheable for five minutes and cheap to ask again.</summary>
internal sealed class JwksEndpoint(CurrentSnapshot current)
{
    public Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        if (current.Value is not { Signing: var signing })
        {
            response.StatusCode = 503;
            response.Headers.RetryAfter = "1";
            response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.ETag = signing.ETag;
        if (IsKnown(context.Request, signing.ETag))
        {
            response.StatusCode = 304;
            return Task.CompletedTask;
        }
        response.ContentType = "application/jwk-set+json";
        response.ContentLength = signing.Jwks.Length;
        return response.Body.WriteAsync(signing.Jwks, context.RequestAborted).AsTask();
    }

    // RFC 9110 §13.1.2: weak comparison, and "*" stands for any.
    private static bool IsKnown(HttpRequest request, string etag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(tag => tag.Tag == "*" || tag.Tag == etag);
}
