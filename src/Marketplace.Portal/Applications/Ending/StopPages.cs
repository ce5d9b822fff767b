using Marketplace.Core;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.Ending;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications.Ending;

/// <summary>An incident: everything of an application stops, and how far that has got.</summary>
internal static class StopPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/applications/{clientId}/stop", (HttpContext context, string clientId, StopReader reader, CancellationToken cancellation) =>
            ShowAsync(context, clientId, null, [], reader, cancellation));
        pages.MapPost("/applications/{clientId}/disable", (HttpContext context, string clientId, [FromForm] string? reason, DisableApplication change, StopReader reader, CancellationToken cancellation) =>
            ChangeAsync(context, clientId, reason ?? "", true, change, reader, cancellation));
        pages.MapPost("/applications/{clientId}/enable", (HttpContext context, string clientId, [FromForm] string? reason, DisableApplication change, StopReader reader, CancellationToken cancellation) =>
            ChangeAsync(context, clientId, reason ?? "", false, change, reader, cancellation));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string clientId, string reason, bool disable, DisableApplication change, StopReader reader, CancellationToken cancellation)
    {
        var outcome = await change.ExecuteAsync(context.Actor(), clientId, disable, reason, cancellation);
        if (outcome.IsNotFound())
            return Page.NotFound();
        if (!outcome.Succeeded)
            return await ShowAsync(context, clientId, reason, outcome.Problems, reader, cancellation);
        return Flash.Redirect(
            context, $"/applications/{clientId}/stop",
            disable ? "The application is stopped: it gets no tokens, and those it has are refused."
            : outcome.Value > 0 ? "The application goes on: its grants hold again."
            : "Your wish is kept. Another member of the team or a security officer confirms it within 24 hours.");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string clientId, string? reason, IReadOnlyList<Problem> problems, StopReader reader, CancellationToken cancellation) =>
        await reader.FindAsync(context.Actor(), clientId, cancellation) is { } view
            ? Page.Show<StopPage, StopModel>(new(view, reason, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.NotFound();
}

public sealed record StopModel(StopView View, string? Reason, IReadOnlyList<Problem> Problems)
{
    public ApplicationDetails Application => View.Application;
}
