using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Catalog.Publish;
using Marketplace.Portal.Rest;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Portal.Catalog;

/// <summary>A document as the body of a request, or the address of one.</summary>
internal static class DocumentBody
{
    private static readonly string[] MediaTypes =
    [
        "application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/openapi+json", "application/openapi+yaml",
        "application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+yaml", "application/octet-stream", "text/plain",
    ];

    /// <summary>No document is as short as this; the address of one may be.</summary>
    private const int MaxUrlBytes = 4096;

    public static async Task<Outcome<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, DocumentFetcher fetcher, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !MediaTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            return new Problem(ProblemStatus.ContentTypeUnsupported, "Send the document as application/json or application/yaml.", "document");
        using var body = new MemoryStream((int)Math.Clamp(request.ContentLength ?? 0, 0, DocumentLimits.Default.MaxBytes));
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
            {
                if (body.Length + read > DocumentLimits.Default.MaxBytes)
                    return DocumentInput.TooLarge;
                body.Write(buffer, 0, read);
            }
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The server counts as well; whoever sends the document hears the same from both.
            return DocumentInput.TooLarge;
        }

        var bytes = new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
        return UrlIn(bytes) is { } url ? await fetcher.FetchAsync(url, cancellation) : bytes;
    }

    private static string? UrlIn(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxUrlBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize<DocumentUrlBody>(bytes.Span, RestJson.Options)?.Url;
        }
        catch (JsonException)
        {
            // Then it is the document itself.
            return null;
        }
    }
}

/// <summary>For the OpenAPI document: the body is a document or an address.</summary>
internal sealed class DocumentBodyMetadata;
