using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Fetching;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>
/// What a person tries goes through here, since a browser may call nobody but us: to the line's registered sandbox
/// server and nowhere else, with a token for the line's sandbox and nothing else of the person's.
/// </summary>
internal static class RelayPages
{
    private const int LargestAnswer = 5 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>All else stays here: cookies above all, and what tells of the browser.</summary>
    private static readonly string[] Hidden =
        ["Host", "Cookie", "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Proxy-Authorization", "Origin", "Referer", "Forwarded", "Content-Length", "Accept-Encoding", "Client-Cert"];

    private static readonly string[] Shown = ["ETag", "Last-Modified", "Location", "Retry-After", "WWW-Authenticate", "Deprecation", "Sunset", "Link", "X-Request-Id", "Marketplace-Reason"];

    public static void Map(IEndpointRouteBuilder pages) =>
        // The bearer token is what an antiforgery token is elsewhere: no other site can make a browser send one.
        pages.MapMethods(ApiPages.Line + "/relay/{**path}", Methods, SendAsync).WithMetadata(new RequireAntiforgeryTokenAttribute(false));

    private static async Task<IResult> SendAsync(
        HttpContext context, string api, string version, CatalogReader catalog, Relay relay, CancellationToken cancellation)
    {
        if (await catalog.FindVersionAsync(context.Actor(), api, version, cancellation) is not { } line)
            return Refuse(404, Problem.NotFound, $"There is no {api} {version} in the catalog.");
        if (line.Servers.GetValueOrDefault(DeploymentEnvironment.Sandbox) is not { } server)
            return Refuse(409, "no_sandbox_server", $"The owners of {api} have not said where its sandbox is: they can, in its settings.");
        if (AudienceOf(context.Request.Headers.Authorization.ToString()) is not { } audience || audience != line.Audiences.GetValueOrDefault(DeploymentEnvironment.Sandbox))
            return Refuse(400, "sandbox_token_missing", "Choose an application and get a sandbox token first; only tokens of this API's sandbox are relayed.");
        if (Target(context, server) is not { } target)
            return Refuse(400, "path_invalid", "This path leads out of the API's sandbox server.");
        using var request = Copy(context.Request, target);
        var (response, failure) = await relay.SendAsync(request, cancellation);
        if (response is null)
            return Refuse(502, "sandbox_unreachable", failure!);
        using (response)
            return await AnswerAsync(context, response, api, version, cancellation);
    }

    /// <summary>The path as it was sent, encodings and all; a way out of the server's own path is none.</summary>
    private static Uri? Target(HttpContext context, string server)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // After the API's name, which may be relay, too.
        var at = raw.IndexOf("/relay/", raw.IndexOf('/', "/apis/".Length), StringComparison.Ordinal);
        var root = new Uri(server.TrimEnd('/') + "/");
        return at >= 0 && !Climbs(raw[at..]) && Uri.TryCreate(root.AbsoluteUri + raw[(at + "/relay/".Length)..], UriKind.Absolute, out var target)
            && target.Authority == root.Authority && target.Scheme == root.Scheme && target.AbsolutePath.StartsWith(root.AbsolutePath, StringComparison.Ordinal)
            ? target
            : null;
    }

    /// <summary>Also where the slashes are encoded: many a server decodes before it resolves.</summary>
    private static bool Climbs(string target) => Uri.UnescapeDataString(target.Split('?')[0]).Split('/', '\\').Contains("..", StringComparer.Ordinal);

    private static HttpRequestMessage Copy(HttpRequest from, Uri target)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), target);
        if (from.ContentLength > 0 || from.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(from.Body);
        foreach (var (name, values) in from.Headers)
        {
            if (Hidden.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("Sec-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("X-Forwarded", StringComparison.OrdinalIgnoreCase))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        return request;
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, HttpResponseMessage response, string api, string version, CancellationToken cancellation)
    {
        if (await ReadAsync(response, cancellation) is not { } body)
            return Refuse(502, "answer_not_taken", $"The answer is larger than {LargestAnswer / 1024 / 1024} MB, broke off, or did not end within {Patience.TotalSeconds:0} seconds; call the sandbox directly.");
        // RFC 9110 §15: what is outside means nothing, and could not be written on.
        if ((int)response.StatusCode is < 200 or > 599)
            return Refuse(502, "answer_not_taken", $"The sandbox answered with status {(int)response.StatusCode}, which is no answer; tell the API's owners.");
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
            problem["request_access"] = $"{Shell.PublicUrl.Of(context)}{TryUrl.Request(api, version, operation, null)}";
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

    /// <summary>What the token says of itself. The sandbox verifies it; here it only keeps other tokens from being passed on.</summary>
    private static string? AudienceOf(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization["Bearer ".Length..].Trim().Split('.') is not [_, var payload, _])
            return null;
        try
        {
            var json = System.Buffers.Text.Base64Url.DecodeFromChars(payload);
            return JsonNode.Parse(json)?["aud"]?.GetValue<string>();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static IResult Refuse(int status, string code, string sentence) =>
        Results.Json(new { title = "Not relayed", status, detail = sentence, code }, statusCode: status, contentType: "application/problem+json");
}
