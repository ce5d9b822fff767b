using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Emergencies;

/// <summary>What the pages of emergencies do.</summary>
internal static class EmergencyEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var emergencies = rest.MapGroup("/emergencies").WithTags("Emergency access");
        emergencies.MapGet("", ListAsync).WithName("listEmergencies")
            .WithSummary("Access taken in incidents, newest first: of your teams' applications and APIs; platform roles see all.").Produces<PageBody<EmergencyBody>>();
        emergencies.MapPost("", TakeAsync).WithName("takeEmergencyAccess")
            .WithSummary("In an incident, take access at once where the approval policy permits it. Everybody concerned is told, it ends by itself, and it is reviewed.")
            .Produces<TakenEmergencyBody>(StatusCodes.Status201Created);
        emergencies.MapGet("/{number:long}", GetAsync).WithName("getEmergency").WithSummary("One of them, with what was taken.").Produces<EmergencyDetailsBody>();
        emergencies.MapPost("/{number:long}/end", EndAsync).WithName("endEmergency")
            .WithSummary("End it at once: an owner of the API, a security officer, or the team that took it.").Produces<EndedEmergencyBody>();
        emergencies.MapPost("/{number:long}/review", ReviewAsync).WithName("reviewEmergency")
            .WithSummary("Say whether it was justified, once it is over: an owner of the API or a security officer, but nobody of the team that took it.").Produces<EmergencyDetailsBody>();
        rest.MapGet("/apis/{api}/versions/{version}/emergency-terms", TermsAsync).WithTags("Emergency access").WithName("getEmergencyTerms")
            .WithSummary("What the approval policy lets be taken of this API in an incident, by environment.").Produces<EmergencyTermsBody>();
    }

    private static async Task<IResult> ListAsync(
        EmergencyReader emergencies, HttpContext context, string? state, string? application, string? api, int? page, int? limit, CancellationToken cancellation)
    {
        EmergencyState? wanted = null;
        if (state is not null)
        {
            if (!StoredEnum.TryFromWord<EmergencyState>(state, out var known))
                return new ProblemResult([new("state_unknown", "Choose open, unreviewed, justified or not_justified.", "state")]);
            wanted = known;
        }
        return Answer.Page(await emergencies.ListAsync(context.Actor(), new(wanted, application, api), Paged.From(page, limit), cancellation), Of);
    }

    private static async Task<IResult> TakeAsync(JsonBody<NewEmergencyBody> body, TakeEmergencyAccess take, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        return Answer.Created(
            await take.ExecuteAsync(
                context.Actor(), new(asked.Application, asked.Api, asked.Version, asked.Environment, asked.Operations, asked.Reason, asked.Incident, asked.Hours), cancellation),
            taken => $"/emergencies/{taken.Number}", taken => new TakenEmergencyBody(taken.Number, taken.Until, taken.Revision));
    }

    private static async Task<IResult> GetAsync(long number, EmergencyReader emergencies, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await emergencies.FindAsync(context.Actor(), number, cancellation), $"There is no emergency {number} that you may see.", Of);

    private static async Task<IResult> EndAsync(long number, JsonBody<EndEmergencyBody> body, EndEmergency end, HttpContext context, CancellationToken cancellation) =>
        Answer.Ok(await end.ExecuteAsync(context.Actor(), number, body.Value.Reason, cancellation), revision => new EndedEmergencyBody(number, revision));

    private static async Task<IResult> ReviewAsync(
        long number, JsonBody<EmergencyReviewBody> body, ReviewEmergency review, EmergencyReader emergencies, HttpContext context, CancellationToken cancellation)
    {
        if (!StoredEnum.TryFromWord<ReviewOutcome>(body.Value.Outcome, out var outcome))
            return new ProblemResult([new("outcome_missing", "Choose justified or not_justified.", "outcome")]);
        var done = await review.ExecuteAsync(context.Actor(), number, outcome, body.Value.Text, cancellation);
        return done.Succeeded ? await GetAsync(number, emergencies, context, cancellation) : new ProblemResult(done.Problems);
    }

    private static async Task<IResult> TermsAsync(string api, string version, EmergencyReader emergencies, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await emergencies.TermsAsync(context.Actor(), api, version, cancellation), $"There is no {api} {version} in the catalog.",
            terms => new EmergencyTermsBody(terms.Policy, [.. terms.Terms.Select(t => new EmergencyTermBody(t.Environment, t.Hours, t.Sentence))]));

    private static EmergencyBody Of(EmergencyRow row) => new(
        row.Number, StoredEnum.ToWord(row.State), row.ClientId, row.Application, row.ApplicationTeam, row.Api, row.Version, row.Environment, row.Endpoints, row.Incident, row.Reason,
        row.TakenBy, row.TakenAt, row.Until, row.EndedAt, row.EndedBy, row.EndReason, row.Review, row.ReviewedBy, row.ReviewedAt, row.Request, row.Policy, row.Sentence);

    private static EmergencyDetailsBody Of(EmergencyDetails details) => new(
        Of(details.Row), details.MayEnd, details.MayReview,
        [.. details.Endpoints.Select(e => new EmergencyEndpointBody(e.Grant, e.Operation, e.Method, e.Path, StoredEnum.ToWord(e.State), e.EndedAt, e.Use.LastUsedAt, e.Use.Calls))]);
}
