using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Access.Requests;
using Marketplace.Core.Access.Requests.Comments;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Catalog.Try;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Access;

/// <summary>Requests: the lists, and the page where one stands, is decided or withdrawn.</summary>
internal static class RequestPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/inbox/requests", InboxAsync);
        pages.MapGet("/requests", ListAsync);
        pages.MapGet("/requests/{number:long}", ShowAsync);
        pages.MapPost("/requests/{number:long}/decisions", DecideAsync);
        pages.MapPost("/requests/{number:long}/withdraw", WithdrawAsync);
        pages.MapPost("/requests/{number:long}/comments", CommentAsync);
    }

    private static async Task<IResult> InboxAsync(HttpContext context, AccessRequestReader requests, int? page, CancellationToken cancellation) =>
        Page.Show<RequestList, RequestListModel>(new(
            await requests.InboxAsync(context.Actor(), new PageRequest(page ?? 1) { MostCounted = Words.MostCounted }, cancellation), IsInbox: true, RequestStatus.Pending));

    private static async Task<IResult> ListAsync(
        HttpContext context, AccessRequestReader requests, string? status, int? page, CancellationToken cancellation)
    {
        RequestStatus? wanted = StoredEnum.TryFromWord<RequestStatus>(status, out var known) ? known : null;
        return Page.Show<RequestList, RequestListModel>(new(
            await requests.ListAsync(context.Actor(), null, wanted, new PageRequest(page ?? 1) { MostCounted = Words.MostCounted }, cancellation), IsInbox: false, wanted));
    }

    private static Task<IResult> ShowAsync(
        HttpContext context, long number, [AsParameters] RequestReaders readers, CancellationToken cancellation) =>
        PageOfAsync(context, number, DecisionForm.Empty, [], readers, cancellation);

    private static async Task<IResult> DecideAsync(
        HttpContext context, long number, IFormCollection form, DecideAccessRequest decide, [AsParameters] RequestReaders readers,
        CancellationToken cancellation)
    {
        var details = await readers.Requests.FindAsync(context.Actor(), number, cancellation);
        if (details is null)
            return Page.NotFound();
        var chosen = DecisionForm.Read(form, details.Items);
        var outcome = await decide.ExecuteAsync(context.Actor(), number, chosen.Decisions, cancellation);
        if (!outcome.Succeeded)
            return await PageOfAsync(context, number, chosen, outcome.Problems, readers, cancellation);
        var waiting = await readers.Requests.InboxCountAsync(context.Actor(), cancellation);
        var next = waiting == 0 ? "Nothing else waits for you." : $"{Words.Count(waiting, "request")} in your inbox.";
        return Flash.Redirect(context, $"/requests/{number}", $"Approved {outcome.Value.Approved + outcome.Value.Given}, denied {outcome.Value.Denied}.{(outcome.Value.Given > 0 ? $" {Words.Count(outcome.Value.Given, "endpoint")} need somebody else's approval, too." : "")} {next}");
    }

    private static async Task<IResult> WithdrawAsync(
        HttpContext context, long number, WithdrawAccessRequest withdraw, [AsParameters] RequestReaders readers,
        CancellationToken cancellation)
    {
        var outcome = await withdraw.ExecuteAsync(context.Actor(), number, cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/requests/{number}", "The request is withdrawn.")
            : await PageOfAsync(context, number, DecisionForm.Empty, outcome.Problems, readers, cancellation);
    }

    private static async Task<IResult> CommentAsync(
        HttpContext context, long number, [FromForm] string? markdown, CommentOnRequest comments, [AsParameters] RequestReaders readers,
        CancellationToken cancellation)
    {
        var outcome = await comments.ExecuteAsync(context.Actor(), number, markdown ?? "", cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/requests/{number}", "The other side is told of your comment.")
            : await PageOfAsync(context, number, DecisionForm.Empty, outcome.Problems, readers, cancellation, markdown ?? "");
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, long number, DecisionForm chosen, IReadOnlyList<Problem> problems, RequestReaders readers,
        CancellationToken cancellation, string comment = "")
    {
        var actor = context.Actor();
        // Each decides by itself what the actor may see, so none has to wait for another.
        var found = readers.Requests.FindAsync(actor, number, cancellation);
        var said = readers.Comments.ListAsync(actor, number, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        var renewed = readers.Renewals.OfRequestAsync(actor, number, cancellation);
        await Task.WhenAll(found, said, renewed);
        if (await found is not { } details)
            return Page.NotFound();
        var request = details.Request;
        var call = details.Items.FirstOrDefault(i => i is { Decision: Decision.Approved, Removed: false }) is { } first
            ? CallAsync(context, request, first, readers, cancellation) : Task.FromResult<CallSample?>(null);
        var application = readers.Applications.FindAsync(actor, request.ClientId, cancellation);
        await Task.WhenAll(call, application);
        var model = new RequestModel(
            details, chosen, problems, await call, await application is not null, RequestTimeline.Of(details, (await said)?.Items ?? []),
            actor.Role is not PlatformRole.Auditor, comment)
        {
            Renewal = request.Status is RequestStatus.Pending ? await renewed : null,
        };
        return Page.Show<RequestPage, RequestModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    /// <summary>How the first endpoint that was granted is called.</summary>
    private static async Task<CallSample?> CallAsync(
        HttpContext context, AccessRequestRow request, AccessRequestItemRow granted, RequestReaders readers, CancellationToken cancellation)
    {
        await using var db = await readers.Databases.CreateDbContextAsync(cancellation);
        var place = await db.ApiVersions
            .Where(v => v.Api!.Name == granted.Api && v.Version == granted.Version)
            .SelectMany(v => v.Audiences, (v, a) => new { a.Environment, a.Uri, a.Server, v.BasePath })
            .SingleOrDefaultAsync(a => a.Environment == request.Environment, cancellation);
        return place is null ? null : new CallSample(
            PublicUrl.Of(context), request.ClientId, place.Uri, place.Server ?? CallSample.UnknownServer, granted.Method, place.BasePath + granted.Path, granted.Api);
    }
}

internal sealed record RequestReaders(
    AccessRequestReader Requests, RequestCommentReader Comments, RenewalReader Renewals, ApplicationReader Applications, IDbContextFactory<MarketplaceDb> Databases);
