using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Grants;
using Marketplace.Core.Access.Grants.Renewal;
using Marketplace.Core.Access.Requests;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Grants.Renewal;

/// <summary>Asks again for what an application has: a request that is filled in.</summary>
internal static class RenewPages
{
    public const string Path = "/grants/renew";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, (HttpContext context, RenewalReader reader, TimeProvider clock, CancellationToken cancellation) =>
            ShowAsync(context, ScopeQuery.Of(context.Request.Query), null, [], reader, clock, cancellation));
        pages.MapPost(Path, SendAsync);
    }

    private static async Task<IResult> SendAsync(HttpContext context, RenewalReader reader, SubmitAccessRequest submit, TimeProvider clock, CancellationToken cancellation)
    {
        var sent = await context.Request.ReadFormAsync(cancellation);
        var (scope, form) = (ScopeQuery.Of(sent), new RenewForm(sent["justification"].ToString(), sent["until"].ToString()));
        var renewal = await reader.OfAsync(context.Actor(), scope, cancellation);
        if (!renewal.Succeeded)
            return renewal.IsNotFound() ? Page.NotFound() : Page.Again<NoScopePage, IReadOnlyList<Problem>>(renewal.Problems);
        if (!DateOnly.TryParseExact(form.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return await ShowAsync(context, scope, form, [new("until_missing", "Choose an end date, such as 2026-12-31.", "until")], reader, clock, cancellation);
        var outcome = await submit.ExecuteAsync(
            context.Actor(),
            new(
                renewal.Value.ClientId, renewal.Value.Environment,
                [.. renewal.Value.Lines.Select(l => new LineEndpoints(l.Api, l.Version, [.. l.Endpoints.Select(e => e.Operation)]))],
                form.Justification, new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero)),
            cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/requests/{outcome.Value}", "The request is sent. What the application has now stays until the new one is approved.")
            : await ShowAsync(context, scope, form, outcome.Problems, reader, clock, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, GrantScope scope, RenewForm? form, IReadOnlyList<Problem> problems, RenewalReader reader, TimeProvider clock, CancellationToken cancellation)
    {
        var renewal = await reader.OfAsync(context.Actor(), scope, cancellation);
        if (!renewal.Succeeded)
            return renewal.IsNotFound() ? Page.NotFound() : Page.Again<NoScopePage, IReadOnlyList<Problem>>(renewal.Problems);
        form ??= new(renewal.Value.Justification, clock.GetUtcNow().AddDays(renewal.Value.Days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        return Page.Show<RenewPage, RenewModel>(
            new(scope, renewal.Value, form, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record RenewForm(string Justification, string Until);

public sealed record RenewModel(GrantScope Scope, Core.Access.Grants.Renewal.Renewal Renewal, RenewForm Form, IReadOnlyList<Problem> Problems);
