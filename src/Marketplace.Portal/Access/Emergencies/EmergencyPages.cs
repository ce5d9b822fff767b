using Marketplace.Core;
using Marketplace.Core.Access.Emergencies;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Emergencies;

/// <summary>What was taken in incidents: open and past, one of them, its end and its review.</summary>
internal static class EmergencyPages
{
    public const string Path = "/emergency-access";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, ListAsync);
        pages.MapGet(Path + "/{number:long}", (HttpContext context, long number, EmergencyReader emergencies, CancellationToken cancellation) =>
            PageOfAsync(context, number, null, null, null, [], emergencies, cancellation));
        pages.MapPost(Path + "/{number:long}/end", EndAsync);
        pages.MapPost(Path + "/{number:long}/review", ReviewAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, string? state, string? application, string? api, int? page, EmergencyReader emergencies, TimeProvider clock, CancellationToken cancellation)
    {
        EmergencyFilter filter = new(StoredEnum.TryFromWord<EmergencyState>(state, out var known) ? known : null, None(application), None(api));
        return Page.Show<EmergencyListPage, EmergencyListModel>(
            new(await emergencies.ListAsync(context.Actor(), filter, new PageRequest(page ?? 1), cancellation), filter, clock.GetUtcNow()));
    }

    private static async Task<IResult> EndAsync(HttpContext context, long number, IFormCollection sent, EndEmergency end, EmergencyReader emergencies, CancellationToken cancellation)
    {
        var reason = sent["reason"].ToString();
        var done = await end.ExecuteAsync(context.Actor(), number, reason, cancellation);
        return done.Succeeded
            ? Flash.Redirect(context, $"{Path}/{number}", $"Emergency {number} is ended, as policy revision {done.Value}.")
            : await PageOfAsync(context, number, reason, null, null, done.Problems, emergencies, cancellation);
    }

    private static async Task<IResult> ReviewAsync(HttpContext context, long number, IFormCollection sent, ReviewEmergency review, EmergencyReader emergencies, CancellationToken cancellation)
    {
        var (outcome, text) = (sent["outcome"].ToString(), sent["text"].ToString());
        var done = StoredEnum.TryFromWord<ReviewOutcome>(outcome, out var found)
            ? await review.ExecuteAsync(context.Actor(), number, found, text, cancellation)
            : new Problem("outcome_missing", "Choose whether it was justified.", "outcome");
        return done.Succeeded
            ? Flash.Redirect(context, $"{Path}/{number}", "Your review is kept. Both teams, the security officers and the auditors are told.")
            : await PageOfAsync(context, number, null, outcome, text, done.Problems, emergencies, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, long number, string? reason, string? outcome, string? text, IReadOnlyList<Problem> problems, EmergencyReader emergencies, CancellationToken cancellation) =>
        await emergencies.FindAsync(context.Actor(), number, cancellation) is { } details
            ? Page.Show<EmergencyPage, EmergencyModel>(
                new(details, reason, outcome, text, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.NotFound();

    private static string? None(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
