using System.Threading.RateLimiting;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Portal.Catalog.Publish;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Catalog;

/// <summary>
/// What documents may hold of the memory from their first byte until they are stored. A crowd waits before its documents
/// are taken in; whoever would wait too long is asked to come again. Who sends many waits behind their own.
/// </summary>
internal sealed class DocumentRoom(TimeProvider clock) : IDisposable
{
    /// <summary>Of the largest documents; hundreds of ordinary ones.</summary>
    public const int Inside = 6;
    public const int InsideOfOne = 2;
    public const int Waiting = 16;

    /// <summary>Whoever sends slower keeps others out of the room.</summary>
    public static readonly TimeSpan LongestSending = TimeSpan.FromMinutes(1);

    private const int Unit = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrencyLimiter _limiter = new(For(Inside));

    private readonly PartitionedRateLimiter<Guid> _shares = PartitionedRateLimiter.Create<Guid, Guid>(
        person => RateLimitPartition.GetConcurrencyLimiter(person, static _ => For(InsideOfOne)));

    public static Problem Full { get; } = new(ProblemStatus.Busy, "Many documents are being taken in right now. Send yours again when Retry-After says.", DocumentInput.Field);

    public bool SomeWait => _limiter.GetStatistics()!.CurrentQueuedCount > 0;

    /// <param name="person">Who sends it.</param>
    /// <param name="bytes">How long the document says it is; null for the longest there may be.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null when there is no room. Dispose it when the document is no longer held. Never taken twice by one caller.</returns>
    public async Task<IDisposable?> EnterAsync(Guid person, long? bytes, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        RateLimitLease? share = null;
        RateLimitLease? place = null;
        try
        {
            share = await _shares.AcquireAsync(person, UnitsOf(bytes), patience.Token);
            place = share.IsAcquired ? await _limiter.AcquireAsync(UnitsOf(bytes), patience.Token) : null;
            return place is { IsAcquired: true } ? new Place(share, place) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (place is not { IsAcquired: true })
                share?.Dispose();
        }
    }

    public void Dispose()
    {
        _shares.Dispose();
        _limiter.Dispose();
    }

    private static ConcurrencyLimiterOptions For(int largest) => new()
    {
        PermitLimit = largest * UnitsOf(null),
        QueueLimit = Waiting * UnitsOf(null),
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    private static int UnitsOf(long? bytes) =>
        (int)((Math.Clamp(bytes ?? long.MaxValue, 1, DocumentLimits.Default.MaxBytes) + Unit - 1) / Unit);

    private sealed record Place(IDisposable Share, IDisposable Room) : IDisposable
    {
        public void Dispose()
        {
            Room.Dispose();
            Share.Dispose();
        }
    }

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
            using var place = await room.EnterAsync(context.Actor().Id, length, context.RequestAborted);
            if (place is null)
            {
                context.Response.Headers.RetryAfter = "5";
                await Page.Show<StatusPage, StatusModel>(StatusModel.Busy, StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
            }
            else if (await room.IsSentAsync(context.Request))
                await next(context);
            else
                await Page.Show<StatusPage, StatusModel>(StatusModel.Slow, StatusCodes.Status408RequestTimeout).ExecuteAsync(context);
        }
    }

    private async Task<bool> IsSentAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
            return true;
        using var sending = new CancellationTokenSource(LongestSending, clock);
        try
        {
            await request.ReadFormAsync(sending.Token);
        }
        catch (OperationCanceledException) when (sending.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // The request remembers it; RefusedForms has the words.
        }
        return true;
    }
}
