using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Audit;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Audit;

/// <summary>How long content stays, and its erasure by two people.</summary>
internal static class ErasurePages
{
    internal const string NotYours = "Only administrators, security officers and auditors see what was erased.";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/audit/retention", ShowAsync);
        pages.MapPost("/audit/retention", AskAsync);
        pages.MapPost("/audit/retention/{id:guid}/confirm", ConfirmAsync);
        pages.MapPost("/audit/retention/{id:guid}/withdraw", WithdrawAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, EraseAudit erase, CancellationToken cancellation) => PageOfAsync(context, erase, null, null, [], cancellation);

    private static async Task<IResult> AskAsync(
        HttpContext context, [FromForm] string? before, [FromForm] string? reason, EraseAudit erase, CancellationToken cancellation)
    {
        if (!DateOnly.TryParseExact(before, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return EraseAudit.MayAsk(context.Actor())
                ? await PageOfAsync(context, erase, before, reason, [new("before_malformed", "Choose a day.", "before")], cancellation)
                : Page.Forbidden(EraseAudit.NotYours);
        return await DoneAsync(
            context, await erase.AskAsync(context.Actor(), new(day, TimeOnly.MinValue, TimeSpan.Zero), reason ?? "", cancellation),
            _ => "Asked. Another administrator or security officer confirms it here.", erase, before, reason, cancellation);
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, Guid id, EraseAudit erase, CancellationToken cancellation) => await DoneAsync(
        context, await erase.ConfirmAsync(context.Actor(), id, cancellation), upTo => $"The content of events 1 to {upTo} is erased.", erase, null, null, cancellation);

    private static async Task<IResult> WithdrawAsync(HttpContext context, Guid id, EraseAudit erase, CancellationToken cancellation) => await DoneAsync(
        context, await erase.WithdrawAsync(context.Actor(), id, cancellation), _ => "Nothing is erased.", erase, null, null, cancellation);

    private static async Task<IResult> DoneAsync<T>(
        HttpContext context, Outcome<T> outcome, Func<T, string> said, EraseAudit erase, string? before, string? reason, CancellationToken cancellation)
    {
        if (outcome.Succeeded)
            return Flash.Redirect(context, "/audit/retention", said(outcome.Value));
        return outcome.IsForbidden() ? Page.Forbidden(outcome.Problems[0].Message) : await PageOfAsync(context, erase, before, reason, outcome.Problems, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, EraseAudit erase, string? before, string? reason, IReadOnlyList<Problem> problems, CancellationToken cancellation)
    {
        var actor = context.Actor();
        return actor.ReadsEverything
            ? Page.Show<ErasurePage, ErasureModel>(
                new(actor, await erase.YearsAsync(cancellation), await erase.ListAsync(cancellation), before, reason, problems),
                problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.Forbidden(NotYours);
    }
}

public sealed record ErasureModel(Actor Actor, int Years, IReadOnlyList<AuditErasureRow> Items, string? Before, string? Reason, IReadOnlyList<Problem> Problems)
{
    public bool MayAsk => EraseAudit.MayAsk(Actor);

    public AuditErasureRow? Waiting => Items.FirstOrDefault(item => item.Outcome is null);
}
