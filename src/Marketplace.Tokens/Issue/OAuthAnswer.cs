using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Tokens.Issue;

/// <summary>What our endpoints send: JSON that nobody may store (RFC 6749 §5.1).</summary>
internal static class OAuthAnswer
{
    public static void ForbidStoring(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
    }

    public static Task SendAsync(HttpContext context, int status, ArrayBufferWriter<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    public static Task SendErrorAsync(HttpContext context, TokenRefusal refusal)
    {
        // RFC 9110 §15.5.2: a 401 names a scheme; RFC 6749 §5.2 asks for the one that the client used, and Basic is the only one.
        if (refusal.Status == 401)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"marketplace\", charset=\"UTF-8\"";
        if (refusal.Status is 429 or 503)
            context.Response.Headers.RetryAfter = "1";
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, refusal.Error);
            json.WriteString("error_description"u8, refusal.Description);
            json.WriteEndObject();
        }
        return SendAsync(context, refusal.Status, output);
    }
}
