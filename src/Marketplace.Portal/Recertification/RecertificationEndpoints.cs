using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Access.Recertification;
using Marketplace.Core.Access.Recertification.Evidence;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Recertification;

/// <summary>What the pages of campaigns do.</summary>
internal static class RecertificationEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var campaigns = rest.MapGroup("/recertifications").WithTags("Recertification");
        campaigns.MapGet("", ListAsync).WithName("listRecertifications")
            .WithSummary("Campaigns that ask about your teams' APIs; platform roles see all.").Produces<PageBody<CampaignBody>>();
        campaigns.MapPost("", OpenAsync).WithName("openRecertification")
            .WithSummary("Open a campaign: owners over their own APIs, auditors, security officers and administrators over anything.").Produces<CampaignBody>(StatusCodes.Status201Created);
        campaigns.MapGet("/{number:long}", GetAsync).WithName("getRecertification").WithSummary("A campaign, and how far it is.").Produces<CampaignBody>();
        campaigns.MapGet("/{number:long}/items", ItemsAsync).WithName("listRecertificationItems")
            .WithSummary("Its grants in the order of the review, what is never used first.").Produces<PageBody<CampaignItemBody>>();
        campaigns.MapPost("/{number:long}/answers", AnswerAsync).WithName("answerRecertification")
            .WithSummary("Keep, narrow or revoke grants. Nobody answers what they asked for themselves.").Produces<CampaignAnsweredBody>();
        campaigns.MapPost("/{number:long}/closure", CloseAsync).WithName("closeRecertification")
            .WithSummary("Take no more answers. What nobody answered stands as it is.").Produces<CampaignClosedBody>();
        campaigns.MapPost("/{number:long}/evidence", ExportAsync).WithName("exportRecertification")
            .WithSummary("The evidence as a file, format csv or jsonl; its SHA-256 is in the audit chain and in Repr-Digest.").Produces(StatusCodes.Status200OK, contentType: "application/jsonl");
        campaigns.MapGet("/{number:long}/evidence", PastAsync).WithName("listRecertificationExports")
            .WithSummary("Evidence that was exported, with its hashes, at most 50.").Produces<IReadOnlyList<CampaignExportBody>>();
    }

    private static async Task<IResult> ListAsync(CampaignReader campaigns, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await campaigns.ListAsync(context.Actor(), Paged.From(page, limit), cancellation), Body);

    private static async Task<IResult> GetAsync(long number, CampaignReader campaigns, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await campaigns.FindAsync(context.Actor(), number, cancellation), Unknown(number), details => Body(details.Row));

    private static async Task<IResult> OpenAsync(JsonBody<NewCampaignBody> body, OpenCampaign open, CampaignReader campaigns, HttpContext context, CancellationToken cancellation)
    {
        var (asked, scope) = (body.Value, body.Value.Scope);
        if (!StoredEnum.TryFromWord<Reviewers>(asked.Reviewers, out var reviewers))
            return new ProblemResult([new Problem("reviewers_unknown", "Choose owner or security_officer.", "reviewers")]);
        Classification? data = null;
        if (scope.Classification is not null)
        {
            if (!StoredEnum.TryFromWord<Classification>(scope.Classification, out var known))
                return new ProblemResult([new Problem("classification_unknown", "Choose public, internal, confidential or restricted.", "classification")]);
            data = known;
        }

        var opened = await open.ExecuteAsync(
            context.Actor(),
            new(asked.Name, new(scope.Api, scope.Version, scope.ApiTeam, scope.Application, scope.ApplicationTeam, data, scope.Environment), asked.Due, reviewers), cancellation);
        return opened.Succeeded
            ? Answer.Created($"/recertifications/{opened.Value}", Body((await campaigns.FindAsync(context.Actor(), opened.Value, cancellation))!.Row))
            : new ProblemResult(opened.Problems);
    }

    private static async Task<IResult> ItemsAsync(
        long number, CampaignReader campaigns, HttpContext context, bool? answered, string? use, string? application, int? page, int? limit, CancellationToken cancellation)
    {
        UseWord? wanted = null;
        if (use is not null)
        {
            if (!StoredEnum.TryFromWord<UseWord>(use, out var word))
                return new ProblemResult([new Problem(ProblemStatus.ParameterMalformed, "Choose never, unused, unknown, new, seldom or used.", "use")]);
            wanted = word;
        }

        return await campaigns.ItemsAsync(context.Actor(), number, new(answered, wanted, application), Paged.From(page, limit), cancellation) is { } items
            ? Answer.Page(items, Body)
            : ProblemResult.NotFound(Unknown(number));
    }

    private static async Task<IResult> AnswerAsync(
        long number, JsonBody<NewCampaignAnswersBody> body, AnswerItems answer, HttpContext context, CancellationToken cancellation)
    {
        var sent = body.Value;
        if (!StoredEnum.TryFromWord<ReviewAction>(sent.Action, out var action))
            return new ProblemResult([new Problem("action_unknown", "Choose keep, keep_used, shorten, revoke or reopen.", "action")]);
        return Answer.Ok(
            await answer.ExecuteAsync(context.Actor(), number, new([.. sent.Grants], action, sent.Until, sent.Reason), cancellation),
            done => new CampaignAnsweredBody(
                done.Kept, done.Shortened, done.Revoked, done.Reopened, done.Revision, [.. done.Notes.Select(n => new ProblemError(n.Code, n.Message, n.Field))]));
    }

    private static async Task<IResult> CloseAsync(
        long number, JsonBody<NewCampaignClosureBody> body, CloseCampaign close, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await close.ExecuteAsync(context.Actor(), number, body.Value.Reason, cancellation), done => new CampaignClosedBody(done.Number, done.Unanswered));

    private static async Task<IResult> ExportAsync(long number, string? format, ExportEvidence export, HttpContext context, CancellationToken cancellation)
    {
        if (!StoredEnum.TryFromWord<EvidenceFormat>(format ?? "jsonl", out var wanted))
            return new ProblemResult([new Problem(ProblemStatus.ParameterMalformed, "Choose csv or jsonl.", "format")]);
        var done = await export.ExecuteAsync(context.Actor(), number, wanted, cancellation);
        return done.Succeeded ? EvidenceFileResult.Of(context, done.Value, wanted) : new ProblemResult(done.Problems);
    }

    private static async Task<IResult> PastAsync(long number, ExportEvidence export, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await export.PastAsync(context.Actor(), number, cancellation), Unknown(number),
            rows => rows.Select(e => new CampaignExportBody(e.Sequence, e.At, e.By, e.Format, e.Rows, e.Sha256)).ToList());

    private static string Unknown(long number) => $"There is no campaign {number} that you may see.";

    private static CampaignBody Body(CampaignRow row) => new(
        row.Number, row.Name, row.Gathered is not null ? "gathering" : row.ClosedAt is null ? "open" : "closed",
        new(row.Scope.Api, row.Scope.Version, row.Scope.ApiTeam, row.Scope.Application, row.Scope.ApplicationTeam,
            row.Scope.Classification is { } data ? StoredEnum.ToWord(data) : null, row.Scope.Environment),
        StoredEnum.ToWord(row.Reviewers), row.OpenedBy, row.OpenedAt, row.DueAt, row.EscalatedAt, row.ClosedAt, row.ClosedBy, row.CloseReason, row.Unanswered, row.Items, row.Open);

    private static CampaignItemBody Body(CampaignItemRow i) => new(
        i.Grant, i.ClientId, i.Application, i.TeamTitle, i.Api, i.Version, i.Environment, i.Operation, i.Method, i.Path, StoredEnum.ToWord(i.Use), i.LastUsedAt, i.UsedSince,
        i.Calls30, i.Calls90, i.RequestedBy, i.RequestNumber, i.GrantedBy, i.GrantedAt, i.Until, i.Answer is { } answer ? StoredEnum.ToWord(answer) : null, i.ByUse, i.ShortenedTo,
        i.Reason, i.AnsweredBy, i.AnsweredAt, i is { MayAnswer: true, Answer: null }, i.Suspended);
}
