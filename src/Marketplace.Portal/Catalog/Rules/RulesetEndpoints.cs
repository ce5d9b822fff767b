using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Catalog.Rules.Rulesets;
using Marketplace.Core.Catalog.Rules.Runs;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Rules;

/// <summary>The rules there are, and the rulesets that weigh them.</summary>
internal static class RulesetEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGroup("/rules").WithTags("Guardrails").MapGet("", (int? page, int? limit) => ListRules(page, limit)).WithName("listRules")
            .WithSummary("Every rule that a ruleset can name.").Produces<PageBody<RuleBody>>();
        var rulesets = rest.MapGroup("/rulesets").WithTags("Guardrails");
        rulesets.MapGet("", ListAsync).WithName("listRulesets").WithSummary("Every version of the ruleset, newest first.").Produces<PageBody<RulesetSummaryBody>>();
        rulesets.MapPost("", WriteAsync).WithName("writeRuleset")
            .WithSummary("Write a new version of the ruleset; nothing holds by it yet. For owners of the platform team, administrators and security officers.")
            .Produces<RulesetBody>(StatusCodes.Status201Created);
        rulesets.MapGet("/{number:int}", GetAsync).WithName("getRuleset").WithSummary("A version of the ruleset, its text and its newest trial.").Produces<RulesetBody>();
        rulesets.MapPost("/{number:int}/trial", TryAsync).WithName("tryRuleset")
            .WithSummary("Try a ruleset against the whole catalog, in the background. For owners of the platform team, administrators and security officers.")
            .Produces<RulesetTrialBody>(StatusCodes.Status202Accepted);
        rulesets.MapGet("/{number:int}/trial/newly-failing", FailingAsync).WithName("listNewlyFailing")
            .WithSummary("The lines that the newest trial would newly fail, the worst first.").Produces<PageBody<TriedLineBody>>();
        rulesets.MapPost("/{number:int}/effect", PutAsync).WithName("putRulesetIntoEffect")
            .WithSummary("Put a ruleset into effect that has been tried. For owners of the platform team, administrators and security officers.").Produces<RulesetBody>();
    }

    private static IResult ListRules(int? page, int? limit)
    {
        var asked = Paged.From(page, limit);
        return Answer.Page(new Core.Data.Page<Rule>([.. AllRules.List.Skip(asked.Skip).Take(asked.Size)], AllRules.List.Count, asked), RuleBodyMap.Of);
    }

    private static async Task<IResult> ListAsync(int? page, int? limit, RulesetReader rulesets, CancellationToken cancellation) =>
        Answer.Page(await rulesets.ListAsync(Paged.From(page, limit), cancellation), RuleBodyMap.Of);

    private static async Task<IResult> WriteAsync(
        JsonBody<NewRulesetBody> body, WriteRuleset write, RulesetReader rulesets, HttpContext context, CancellationToken cancellation)
    {
        var written = await write.ExecuteAsync(context.Actor(), new(body.Value.Text, body.Value.Reason, body.Value.BasedOn), cancellation);
        return written.Succeeded
            ? Answer.Created($"/rulesets/{written.Value.Number}", RuleBodyMap.Of((await rulesets.FindAsync(written.Value.Number, cancellation))!))
            : new ProblemResult(written.Problems);
    }

    private static async Task<IResult> GetAsync(int number, RulesetReader rulesets, CancellationToken cancellation) =>
        Answer.Found(await rulesets.FindAsync(number, cancellation), $"There is no ruleset {number}.", RuleBodyMap.Of);

    private static async Task<IResult> TryAsync(int number, TryRuleset trial, HttpContext context, CancellationToken cancellation)
    {
        var asked = await trial.ExecuteAsync(context.Actor(), number, cancellation);
        return asked.Succeeded ? Answer.Json(RuleBodyMap.Of(asked.Value), StatusCodes.Status202Accepted) : new ProblemResult(asked.Problems);
    }

    private static async Task<IResult> FailingAsync(
        int number, int? page, int? limit, TryRuleset trial, HttpContext context, CancellationToken cancellation) =>
        await trial.NewlyFailingAsync(context.Actor(), number, Paged.From(page, limit), cancellation) is { } failing
            ? Answer.Page(failing, RuleBodyMap.Of)
            : ProblemResult.NotFound($"Ruleset {number} was never tried.");

    private static async Task<IResult> PutAsync(
        int number, JsonBody<RulesetEffectBody> body, PutIntoEffect put, RulesetReader rulesets, HttpContext context, CancellationToken cancellation)
    {
        var done = await put.ExecuteAsync(context.Actor(), number, body.Value.Reason, cancellation);
        return done.Succeeded ? await GetAsync(number, rulesets, cancellation) : new ProblemResult(done.Problems);
    }
}
