using System.Text.Json;
using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Audit;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

internal static class AuditEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var audit = rest.MapGroup("").WithTags("Audit");
        audit.MapGet("/audit-events", ListAsync).WithName("listAuditEvents")
            .WithSummary("Who did what to what, when and why, newest first. Platform roles see everything, others what they did and what was done to what their teams have.")
            .Produces<AuditPartBody>();
        audit.MapGet("/audit-events/{sequence:long}", GetAsync).WithName("getAuditEvent")
            .WithSummary("One event with all that was recorded: before and after, from where, and its place in the chain.").Produces<AuditDetailBody>();
        audit.MapGet("/audit-export", Export).WithName("exportAuditEvents")
            .WithSummary("Every event that fits, oldest first, as one stream. JSON Lines end in a signed statement; mkt audit verify takes them. The export is itself put on the trail.")
            .Produces(StatusCodes.Status200OK, contentType: "application/jsonl");
        audit.MapGet("/audit-checkpoints", CheckpointsAsync).WithName("listAuditCheckpoints")
            .WithSummary("Where the chain stood, signed, newest first. Kept elsewhere, one shows whether the chain was written anew or cut off since.")
            .Produces<CheckpointsBody>();
        audit.MapGet("/audit-keys", KeysAsync).WithName("listAuditKeys")
            .WithSummary("The keys that sign checkpoints and exports, as JWK Set.").Produces(StatusCodes.Status200OK, contentType: "application/json");
    }

    private static async Task<IResult> ListAsync(
        AuditReader audit, HttpContext context, string? action, string? subjectKind, string? subjectId, string? q, string? actor, string? channel, string? api,
        string? application, string? team, DateTimeOffset? since, DateTimeOffset? until, long? before, long? after, int? limit, CancellationToken cancellation)
    {
        var filter = Filter(action, subjectKind, subjectId, q, actor, channel, api, application, team, since, until);
        var part = await audit.ListAsync(context.Actor(), filter, new(before, after, limit ?? 50), cancellation);
        return Answer.Json(new AuditPartBody([.. part.Items.Select(Of)], part is { Older: true, Items: [.., var last] } ? last.Sequence : null));
    }

    private static async Task<IResult> GetAsync(long sequence, AuditReader audit, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await audit.FindAsync(context.Actor(), sequence, cancellation), "There is no such event that you may see.", Of);

    private static IResult Export(
        ExportAudit export, HttpContext context, string? format, string? action, string? subjectKind, string? subjectId, string? q, string? actor, string? channel,
        string? api, string? application, string? team, DateTimeOffset? since, DateTimeOffset? until) => format switch
    {
        null or "jsonl" => new ExportResult(export, context.Actor(), Filter(action, subjectKind, subjectId, q, actor, channel, api, application, team, since, until), AuditFormat.JsonLines),
        "csv" => new ExportResult(export, context.Actor(), Filter(action, subjectKind, subjectId, q, actor, channel, api, application, team, since, until), AuditFormat.Csv),
        _ => new ProblemResult([new Problem("format_unknown", "An export is jsonl or csv.", "format")]),
    };

    private static async Task<IResult> CheckpointsAsync(WriteCheckpoint checkpoints, long? before, int? limit, CancellationToken cancellation) =>
        Answer.Json(new CheckpointsBody([.. (await checkpoints.ListAsync(before, limit ?? 50, cancellation)).Select(Of)]));

    private static async Task<IResult> KeysAsync(AuditSigner signer, CancellationToken cancellation) =>
        Results.Text(await signer.PublishedAsync(cancellation), "application/json");

    private static AuditFilter Filter(
        string? action, string? subjectKind, string? subjectId, string? q, string? actor, string? channel, string? api, string? application, string? team,
        DateTimeOffset? since, DateTimeOffset? until) => new(action, subjectKind, q)
    {
        SubjectId = subjectId,
        Actor = actor,
        Channel = channel,
        Api = api,
        Application = application,
        Team = team,
        From = since?.ToUniversalTime(),
        Until = until?.ToUniversalTime(),
    };

    private static AuditEventBody Of(AuditRow row) =>
        new(row.Sequence, row.At, row.Actor, row.Source, row.Channel, row.Action, row.SubjectKind, row.SubjectId, row.Subject, row.Reason);

    private static AuditDetailBody Of(AuditDetail detail) => new(
        detail.Event.Content.Length == 0 ? null : JsonSerializer.Deserialize<JsonElement>(detail.Event.Content),
        Convert.ToHexStringLower(detail.Event.PreviousHash), Convert.ToHexStringLower(detail.Event.Hash), detail.Checkpoint?.Sequence);

    private static CheckpointBody Of(AuditCheckpoint one) => new(one.Sequence, Convert.ToHexStringLower(one.Hash), one.At, one.Kid, one.Token);
}
