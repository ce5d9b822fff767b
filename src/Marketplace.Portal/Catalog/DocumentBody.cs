using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Catalog.Publish;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Portal.Catalog;

/// <summary>A document as the body of a request, or the address of one. It has its place in <see cref="DocumentRoom"/> until it is disposed of.</summary>
internal sealed class DocumentBody : IDisposable
{
    private static readonly string[] MediaTypes =
    [
        "application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/openapi+json", "application/openapi+yaml",
        "application/vnd.oai.openapi", "application/vnd.oai.openapi+json", "application/vnd.oai.openapi+yaml", "application/octet-stream", "text/plain",
    ];

    /// <summary>No document is as short as this; the address of one may be.</summary>
    private const int MaxUrlBytes = 4096;

    private readonly IDisposable? _place;

    private DocumentBody(Outcome<ReadOnlyMemory<byte>> document, IDisposable? place) => (Document, _place) = (document, place);

    public Outcome<ReadOnlyMemory<byte>> Document { get; }

    public void Dispose() => _place?.Dispose();

    /// <param name="context">Nothing of its body is read while it is refused or waits.</param>
    /// <param name="refusals">Why it is refused whatever the document is.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<DocumentBody> TakeAsync(HttpContext context, IReadOnlyList<Problem> refusals, CancellationToken cancellation)
    {
        var request = context.Request;
        if (refusals.Count > 0)
            return new(refusals.ToList(), null);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !MediaTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase))
            return new(new Problem(ProblemStatus.ContentTypeUnsupported, "Send the document as application/json or application/yaml.", DocumentInput.Field), null);
        if (request.ContentLength > DocumentLimits.Default.MaxBytes)
            return new(DocumentInput.TooLarge, null);

        if (request.ContentLength is not <= MaxUrlBytes)
            return await InAsync(context, request.ContentLength, () => ReadAsync(request, cancellation), cancellation);
        var body = await ReadAsync(request, cancellation);
        return body.Succeeded && UrlIn(body.Value) is { } url
            ? await InAsync(context, null, () => request.HttpContext.RequestServices.GetRequiredService<DocumentFetcher>().FetchAsync(url, cancellation), cancellation)
            : await InAsync(context, request.ContentLength, () => Task.FromResult(body), cancellation);
    }

    private static async Task<DocumentBody> InAsync(HttpContext context, long? bytes, Func<Task<Outcome<ReadOnlyMemory<byte>>>> get, CancellationToken cancellation)
    {
        var room = context.RequestServices.GetRequiredService<DocumentRoom>();
        if (await room.EnterAsync(context.Actor().Id, bytes, cancellation) is not { } place)
            return new(DocumentRoom.Full, null);
        try
        {
            return new(await get(), place);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static async Task<Outcome<ReadOnlyMemory<byte>>> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        sending.CancelAfter(DocumentRoom.LongestSending);
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, sending.Token)) > 0;)
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
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Problem(ProblemStatus.BodySlow, $"The document did not arrive within {DocumentRoom.LongestSending.TotalSeconds:0} seconds. Send it again, or give its address.", DocumentInput.Field);
        }
        return new ReadOnlyMemory<byte>(body.GetBuffer(), 0, (int)body.Length);
    }

    private static string? UrlIn(ReadOnlyMemory<byte> bytes)
    {
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
