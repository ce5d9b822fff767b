using Marketplace.Contracts.Policy;
using Marketplace.ControlPlane.Pullers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Npgsql;

namespace Marketplace.ControlPlane.Snapshots;

/// <summary>
/// Gives a puller what a slot holds: at once if it is another than the one the puller holds (<c>?after=</c>, else
/// <c>If-None-Match</c>), else it waits up to <c>?wait=</c> seconds for a newer one and then answers 304. Who takes a
/// <see cref="SnapshotDelta"/> gets that where there is one.
/// </summary>
internal sealed class SnapshotAnswer(ControlState state, TimeProvider clock, IHostApplicationLifetime host)
{
    /// <param name="context">Who asks.</param>
    /// <param name="slot">For what.</param>
    /// <param name="begin">Is told which revision the puller holds, null for none, before it waits.</param>
    public async Task GiveAsync(HttpContext context, SnapshotSlot slot, Func<long?, CancellationToken, Task>? begin = null)
    {
        if (!TryReadWait(context.Request.Query["wait"], out var wait))
        {
            await ControlDoor.RefuseAsync(context, 400, "wait_invalid", $"wait is a whole number of seconds from 0 to {ControlAddress.LongestWait}.");
            return;
        }

        var known = context.Request.Headers.IfNoneMatch.ToString();
        // A cache in between asks with the tags that it keeps; what the puller itself holds, the address says.
        var after = context.Request.Query["after"] is [{ Length: > 0 } tag] ? $"\"{tag}\"" : null;
        var held = after ?? known;
        // Whoever waits must not hold up the host's end.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, host.ApplicationStopping);
        try
        {
            if (begin is not null)
                await begin(SnapshotTag.RevisionOf(held), ends.Token);
            var snapshot = await slot.WaitAsync(candidate => Named(held, candidate) is not null, held.Length == 0 ? TimeSpan.Zero : wait, clock, ends.Token);
            if (snapshot is null)
                await ControlDoor.RefuseAsync(context, 404, "not_found", "There is no such API in this environment.");
            else
                await SendAsync(context, snapshot, after, Named(known, snapshot));
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ControlDoor.BusyAsync(context, "This replica is stopping. Ask another one.");
        }
        catch (NpgsqlException)
        {
            await ControlDoor.BusyAsync(context, "The database does not answer, and nobody has asked for this before.");
        }
    }

    private static bool TryReadWait(StringValues text, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (text.Count == 0)
            return true;
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, null, out var seconds) || seconds > ControlAddress.LongestWait)
            return false;
        wait = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private async Task SendAsync(HttpContext context, SignedSnapshot snapshot, string? after, string? known)
    {
        var response = context.Response;
        var accepts = context.Request.GetTypedHeaders();
        var isCompressed = accepts.AcceptEncoding.Any(encoding => encoding is { Value.Value: "gzip", Quality: not 0 });
        var takesDelta = accepts.Accept.Any(type => type is { MediaType.Value: SnapshotDelta.MediaType, Quality: not 0 });
        // A cache in between may keep it and asks us, with the puller's own token, before each use (RFC 9111 §3.5, §5.2.2.4).
        // The age, though no-cache says it all, is what Apache wants where the address has a query.
        response.Headers.CacheControl = "public, no-cache, max-age=0";
        // nginx revalidates nothing that Cache-Control forbids to use unasked; told to ignore that, it goes by this: stale since 1970.
        response.Headers["X-Accel-Expires"] = "@1";
        response.Headers.Vary = "Accept, Accept-Encoding";
        // Whoever holds it must not take it for confirmed now: another replica may have something newer.
        if (state.Silence is { } age)
            response.Headers[ControlAddress.SilenceHeader] = ((long)age.TotalSeconds).ToString();
        if (known is not null)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            // Of all that a cache keeps, the one that it may use (RFC 9111 §4.3.4).
            response.Headers.ETag = known;
            return;
        }

        // Only where the address says from what: a cache must give it to nobody else.
        var encoded = (takesDelta && after is not null ? snapshot.Since(after) : null) ?? snapshot.Whole;
        var representation = isCompressed ? encoded.Compressed : encoded.Plain;
        response.Headers.ETag = representation.ETag;
        if (isCompressed)
            response.Headers.ContentEncoding = "gzip";
        response.ContentType = encoded.MediaType;
        response.ContentLength = representation.Body.Length;
        await response.Body.WriteAsync(representation.Body, context.RequestAborted);
    }

    // RFC 9110 §13.1.2: a list of tags, compared weakly; ours have no comma.
    private static string? Named(string ifNoneMatch, SignedSnapshot snapshot)
    {
        foreach (var range in ifNoneMatch.AsSpan().Split(','))
        {
            var candidate = ifNoneMatch.AsSpan(range).Trim();
            if (candidate.StartsWith("W/", StringComparison.Ordinal))
                candidate = candidate[2..];
            if (snapshot.Has(candidate))
                return candidate.ToString();
        }

        return null;
    }
}
