using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>What is passed on of a person's request, and to where.</summary>
internal static class RelayRequest
{
    /// <summary>All else stays here: cookies above all, and what tells of the browser.</summary>
    private static readonly string[] Hidden =
        ["Host", "Cookie", "Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Proxy-Authorization", "Origin", "Referer", "Forwarded", "Content-Length", "Accept-Encoding", "Client-Cert"];

    /// <summary>The path as it was sent, encodings and all; a way out of the server's own path is none.</summary>
    public static Uri? Target(HttpContext context, string server)
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

    public static HttpRequestMessage Copy(HttpRequest from, Uri target)
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

    /// <summary>What the token says of itself. The sandbox verifies it; here it only keeps other tokens from being passed on.</summary>
    public static string? AudienceOf(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || authorization["Bearer ".Length..].Trim().Split('.') is not [_, var payload, _])
            return null;
        try
        {
            var json = Base64Url.DecodeFromChars(payload);
            return JsonNode.Parse(json)?["aud"]?.GetValue<string>();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
