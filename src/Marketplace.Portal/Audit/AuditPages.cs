using Marketplace.Core.Audit;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

/// <summary>Who did what to what, when and why.</summary>
internal static class AuditPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/audit", ShowAsync);
        pages.MapGet("/audit/{sequence:long}", ShowOneAsync);
        pages.MapGet("/audit/checkpoints", ShowCheckpointsAsync);
        // Posted: it leaves an event, so that no link may lead there.
        pages.MapPost("/audit/export", Export);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, [AsParameters] AuditQuery query, long? before, long? after, AuditReader audit, CancellationToken cancellation)
    {
        var actor = context.Actor();
        var part = await audit.ListAsync(actor, query.Filter, new(before, after), cancellation);
        return Page.Show<AuditPage, AuditModel>(new(part, query, actor.ReadsEverything));
    }

    private static async Task<IResult> ShowOneAsync(HttpContext context, long sequence, AuditReader audit, CancellationToken cancellation) =>
        await audit.FindAsync(context.Actor(), sequence, cancellation) is { } found
            ? Page.Show<AuditEventPage, AuditEventModel>(new(found, AuditDiff.Of(found.Event.Content), AuditWords.Of(found.Event.Content)))
            : Page.NotFound();

    private static async Task<IResult> ShowCheckpointsAsync(WriteCheckpoint checkpoints, long? before, HttpContext context, CancellationToken cancellation)
    {
        const int size = 25;
        var found = await checkpoints.ListAsync(before, size + 1, cancellation);
        return Page.Show<CheckpointPage, CheckpointModel>(new([.. found.Take(size)], found.Count > size ? found[size - 1].Sequence : null, PublicUrl.Of(context)));
    }

    private static ExportResult Export(HttpContext context, [AsParameters] AuditQuery query, string? format, ExportAudit export) =>
        new ExportResult(export, context.Actor(), query.Filter, format == "csv" ? AuditFormat.Csv : AuditFormat.JsonLines);
}

public sealed record AuditModel(AuditPart Part, AuditQuery Query, bool SeesEverything)
{
    public bool IsFiltered => Query.Parts.Any();

    public string? Newer => Part is { Newer: true, Items: [var first, ..] } ? Query.Url(("after", first.Sequence)) : null;

    public string? Older => Part is { Older: true, Items: [.., var last] } ? Query.Url(("before", last.Sequence)) : null;

    public string ExportUrl(string format) => "/audit/export" + Query.Url(("format", format))["/audit".Length..];
}

public sealed record AuditEventModel(AuditDetail Detail, AuditDiff Diff, string? Credential)
{
    public AuditEvent Event => Detail.Event;
}

public sealed record CheckpointModel(IReadOnlyList<AuditCheckpoint> Items, long? Older, string Url);
