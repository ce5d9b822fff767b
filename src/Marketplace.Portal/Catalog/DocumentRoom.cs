using System.Threading.RateLimiting;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Catalog.Publish;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog;

/// <summary>
/// What documents may hold of the memory from their first byte until they are stored. A crowd waits before its documents
/// are taken in; whoever would wait too long is asked to come again.
/// </summary>
internal sealed class DocumentRoom : IDisposable
{
    /// <summary>Of the largest documents; hundreds of ordinary ones.</summary>
    public const int Inside = 6;
    public const int Waiting = 16;

    private const int Unit = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrencyLimiter _limiter = new(new()
    {
        PermitLimit = Inside * UnitsOf(null),
        QueueLimit = Waiting * UnitsOf(null),
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public static Problem Full { get; } = new(ProblemStatus.Busy, "Many documents are being taken in right now. Send yours again when Retry-After says.", DocumentInput.Field);

    public bool SomeWait => _limiter.GetStatistics()!.CurrentQueuedCount > 0;

    /// <param name="bytes">How long the document says it is; null for the longest there may be.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null when there is no room. Dispose it when the document is no longer held. Never taken twice by one caller.</returns>
    public async Task<IDisposable?> EnterAsync(long? bytes, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var place = await _limiter.AcquireAsync(UnitsOf(bytes), patience.Token);
            return place.IsAcquired ? place : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _limiter.Dispose();

    private static int UnitsOf(long? bytes) =>
        (int)((Math.Clamp(bytes ?? long.MaxValue, 1, DocumentLimits.Default.MaxBytes) + Unit - 1) / Unit);

    /// <summary>A form is read before its page is asked: it waits here, until its answer is written.</summary>
    internal sealed class Forms(RequestDelegate next, DocumentRoom room)
    {
        public async Task InvokeAsync(HttpContext context)
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<RefusedForms.TooLargePage>() is null || !HttpMethods.IsPost(context.Request.Method))
            {
                await next(context);
                return;
            }
            // A short form may hold the address of a long document.
            long? length = context.Request.ContentLength is > Unit and var given ? given : null;
            using var place = await room.EnterAsync(length, context.RequestAborted);
            if (place is not null)
            {
                await next(context);
                return;
            }
            context.Response.Headers.RetryAfter = "5";
            await Page.Show<StatusPage, StatusModel>(StatusModel.Busy, StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
        }
    }
}
