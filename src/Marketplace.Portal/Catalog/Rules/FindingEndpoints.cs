using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Findings;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>What the rules find, in one line and in all of them.</summary>
internal static class FindingEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var line = rest.MapGroup("/apis/{api}/versions/{version}").WithTags("Guardrails");
        line.MapGet("/findings", ListAsync).WithName("listFindings")
            .WithSummary("What the ruleset in effect finds in the newest revision, with line and column.").Produces<FindingsBody>();
        line.MapGet("/scores", ScoresAsync).WithName("listScores").WithSummary("The scores of the last revisions.").Produces<ScoresBody>();
        line.MapPost("/lint", LintAsync).WithName("lintDocument")
            .WithSummary("What publishing this document would find, and whether it would go through. Nothing is stored: for a pipeline, before merge.")
            .WithMetadata(new RequestSizeLimitAttribute(DocumentLimits.Default.MaxBytes + 1024), new DocumentBodyMetadata())
            .Produces<FindingsBody>();
        var guardrails = rest.MapGroup("/guardrails").WithTags("Guardrails");
        guardrails.MapGet("", OverviewAsync).WithName("getGuardrails")
            .WithSummary("How the catalog, or one team's part of it, stands by the rules.").Produces<GuardrailsBody>();
        guardrails.MapGet("/worst", WorstAsync).WithName("listWorstScores").WithSummary("The lines with the lowest scores first.").Produces<PageBody<ScoredLineBody>>();
    }

    private static async Task<IResult> ListAsync(
        string api, string version, string? severity, string? rule, int? page, int? limit, FindingReader findings, HttpContext context, CancellationToken cancellation)
    {
        var only = Severity.Off;
        if (severity is not null && (!StoredEnum.TryFromWord(severity, out only) || only == Severity.Off))
            return new ProblemResult([new Problem(ProblemStatus.ParameterMalformed, "Choose error, warn, info or hint.", "severity")]);
        var actor = context.Actor();
        var filter = new FindingFilter(severity is null ? null : only, rule);
        if (await findings.SummaryAsync(actor, api, version, cancellation) is not { } summary
            || await findings.FindingsAsync(actor, api, version, filter, Paged.From(page, limit), cancellation) is not { } found)
            return ProblemResult.NotFound($"There are no findings of {api} {version} that you may see: it does not exist, or has no document yet.");
        return Answer.Json(Body(true, [], summary.Ruleset, summary.Score, found));
    }

    private static async Task<IResult> ScoresAsync(string api, string version, FindingReader findings, HttpContext context, CancellationToken cancellation) =>
        await findings.TrendAsync(context.Actor(), api, version, cancellation) is { } trend
            ? Answer.Json(new ScoresBody(Score.Formula, [.. trend.Select(p => new ScoreBody(p.Number, p.Ruleset, p.Score, p.Errors, p.Warnings, p.PublishedAt))]))
            : ProblemResult.NotFound(ApiEndpoints.Unknown(api, version));

    private static async Task<IResult> LintAsync(
        string api, string version, int? page, int? limit, LintDocument lint, HttpContext context, CancellationToken cancellation)
    {
        using var body = await DocumentBody.TakeAsync(context, await lint.RefusalsAsync(context.Actor(), api, version, cancellation), cancellation);
        if (!body.Document.Succeeded)
            return new ProblemResult(body.Document.Problems);
        var outcome = await lint.ExecuteAsync(context.Actor(), api, version, body.Document.Value, cancellation);
        if (!outcome.Succeeded)
            return new ProblemResult(outcome.Problems);
        var (refusals, done) = outcome.Value;
        var asked = Paged.From(page, limit);
        List<Finding> all = [.. (done?.Report.Findings ?? []).OrderByDescending(f => f.Severity)];
        return Answer.Json(Body(
            refusals.Count == 0, refusals, done?.Ruleset ?? 0, done?.Score, new Page<Finding>([.. all.Skip(asked.Skip).Take(asked.Size)], all.Count, asked)));
    }

    private static async Task<IResult> OverviewAsync(
        string? team, GuardrailReader guardrails, RulesetReader rulesets, HttpContext context, CancellationToken cancellation)
    {
        var totals = await guardrails.TotalsAsync(context.Actor(), team, cancellation);
        var rules = await guardrails.MostCommonAsync(context.Actor(), team, cancellation);
        return Answer.Json(new GuardrailsBody(
            await rulesets.NumberInEffectAsync(cancellation), totals.Lines, totals.Failing, totals.Average, [.. rules.Select(RuleBodyMap.Of)]));
    }

    private static async Task<IResult> WorstAsync(
        string? team, int? page, int? limit, GuardrailReader guardrails, HttpContext context, CancellationToken cancellation) =>
        Answer.Page(await guardrails.WorstAsync(context.Actor(), team, Paged.From(page, limit), cancellation), RuleBodyMap.Of);

    private static FindingsBody Body(bool accepted, IReadOnlyList<Problem> problems, int ruleset, Score? score, Page<Finding> found) => new(
        accepted, [.. problems.Select(p => new ProblemError(p.Code, p.Message, p.Field))], ruleset, score?.Value,
        score?.Errors ?? 0, score?.Warnings ?? 0, score?.Infos ?? 0, score?.Hints ?? 0,
        [.. found.Items.Select(RuleBodyMap.Of)], found.Request.Number, found.Request.Size, found.Total);
}
