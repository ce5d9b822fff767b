using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>What comes back from a sandbox: bounded in size and time, and only what cannot harm the page that shows it.</summary>
internal static class RelayAnswer
{
    private const int LargestAnswer = 5 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly string[] Shown = ["ETag", "Last-Modified", "Location", "Retry-After", "WWW-Authenticate", "Deprecation", "Sunset", "Link", "X-Request-Id", "Marketplace-Reason"];

    public static async Task<IResult> WriteAsync(HttpContext context, HttpResponseMessage response, string api, string version, CancellationToken cancellation)
    {
        if (await ReadAsync(response, cancellation) is not { } body)
            return RelayPages.Refuse(502, "answer_not_taken", $"The answer is larger than {LargestAnswer / 1024 / 1024} MB, broke off, or did not end within {Patience.TotalSeconds:0} seconds; call the sandbox directly.");
        // RFC 9110 §15: what is outside means nothing, and could not be written on.
        if ((int)response.StatusCode is < 200 or > 599)
            return RelayPages.Refuse(502, "answer_not_taken", $"The sandbox answered with status {(int)response.StatusCode}, which is no answer; tell the API's owners.");
        var type = response.Content.Headers.ContentType?.ToString() is { } given && Ascii.IsValid(given) ? given : null;
        foreach (var name in Shown)
            if (response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values))
                context.Response.Headers[name] = values.Where(v => Ascii.IsValid(v)).ToArray();
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = (int)response.StatusCode;
        if (Offer(body, type, api, version, context) is { } offered)
            body = offered;
        if (HttpMethods.IsHead(context.Request.Method) || (int)response.StatusCode is 204 or 304)
            return Results.Empty;
        context.Response.ContentType = type ?? "application/octet-stream";
        await context.Response.Body.WriteAsync(body, cancellation);
        return Results.Empty;
    }

    /// <summary>A refusal of ours for a grant that is not there says where to ask for it.</summary>
    private static byte[]? Offer(byte[] body, string? type, string api, string version, HttpContext context)
    {
        if (context.Response.StatusCode != StatusCodes.Status403Forbidden || type?.StartsWith("application/problem+json", StringComparison.Ordinal) is not true)
            return null;
        try
        {
            if (JsonNode.Parse(body) is not JsonObject problem || problem["operation"]?.GetValue<string>() is not { } operation)
                return null;
            problem["request_access"] = $"{PublicUrl.Of(context)}{TryUrl.Request(api, version, operation, null)}";
            return JsonSerializer.SerializeToUtf8Bytes(problem);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(Patience);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            using var body = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, deadline.Token)) > 0;)
            {
                if (body.Length + read > LargestAnswer)
                    return null;
                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return null;
        }
    }
}
