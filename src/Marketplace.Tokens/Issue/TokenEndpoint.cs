using System.Buffers;
using System.Text.Json;
using Marketplace.Tokens.Snapshot;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Tokens.Issue;

/// <summary>POST /oauth/token (RFC 6749 §3.2, §4.4). Reads the snapshot and the clock, and waits for nothing else.</summary>
internal sealed partial class TokenEndpoint(
    CurrentSnapshot current, ClientAuthenticator authenticator, TokenWriter writer, TimeProvider clock, TokenMetrics metrics,
    ILogger<TokenEndpoint> logger)
{
    /// <summary>Longest body that is read, in bytes.</summary>
    public const int MaxBody = 64 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        if (current.Value is not { } snapshot)
        {
            await NotReadyAsync(context);
            return;
        }
        var (request, refusal) = await ReadAsync(context);
        if (request is null)
        {
            await RefuseAsync(context, refusal!, null);
            return;
        }
        var output = new ArrayBufferWriter<byte>(2048);
        var (client, why) = Issue(context, snapshot, request, output);
        if (why is not null)
        {
            await RefuseAsync(context, why, client);
            return;
        }
        metrics.Issued();
        await SendAsync(context, 200, output);
    }

    private (Client?, TokenRefusal?) Issue(HttpContext context, TokenSnapshot snapshot, TokenRequest request, ArrayBufferWriter<byte> output)
    {
        var headers = context.Request.Headers.Authorization;
        if (headers.Count > 1)
            return (null, TokenRefusal.InvalidRequest("Send one Authorization header."));
        var (client, refusal) = authenticator.Authenticate(snapshot, request, headers.Count == 0 ? null : headers[0]);
        if (client is null)
            return (null, refusal);
        if (request.GrantType != "client_credentials")
            return (client, TokenRefusal.UnsupportedGrantType());
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var (content, why) = GrantSelection.Select(snapshot, client, request.Resource, request.Scope, now);
        if (content is null)
            return (client, why);
        writer.Write(output, snapshot, client, content, now);
        return (client, null);
    }

    private static async Task<(TokenRequest?, TokenRefusal?)> ReadAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            return (null, TokenRefusal.InvalidRequest("Send application/x-www-form-urlencoded."));
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > MaxBody)
            {
                reader.AdvanceTo(read.Buffer.End);
                // What is left of it is not read, so the connection cannot be used again.
                context.Response.Headers.Connection = "close";
                return (null, TokenRefusal.InvalidRequest("The body is longer than 64 KB."));
            }
            if (read.IsCompleted)
            {
                var result = read.Buffer.IsSingleSegment
                    ? TokenRequest.Read(read.Buffer.FirstSpan)
                    : TokenRequest.Read(read.Buffer.ToArray());
                reader.AdvanceTo(read.Buffer.End);
                return result;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private Task RefuseAsync(HttpContext context, TokenRefusal refusal, Client? client)
    {
        metrics.Refused(refusal.Error);
        Log.Refused(logger, client?.ClientId ?? "(unknown)", refusal.Error, refusal.Description);
        // RFC 9110 §15.5.2: a 401 names a scheme; RFC 6749 §5.2 asks for the one that the client used, and Basic is the only one.
        if (refusal.Status == 401)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"marketplace\", charset=\"UTF-8\"";
        return SendErrorAsync(context, refusal.Status, refusal.Error, refusal.Description);
    }

    private static Task NotReadyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return SendErrorAsync(context, 503, "temporarily_unavailable", "The token plane has not loaded its policy yet.");
    }

    private static Task SendErrorAsync(HttpContext context, int status, string error, string description)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("error"u8, error);
            json.WriteString("error_description"u8, description);
            json.WriteEndObject();
        }
        return SendAsync(context, status, output);
    }

    private static Task SendAsync(HttpContext context, int status, ArrayBufferWriter<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Refused a token to {Client}: {Error}. {Description}")]
        public static partial void Refused(ILogger logger, string client, string error, string description);
    }
}
