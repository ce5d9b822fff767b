using System.Globalization;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Enforcement.Shadow;

/// <summary>What a line would refuse, whose calls these are, what to do about each, and the switch.</summary>
internal static class ShadowPages
{
    private const string Route = ApiPages.Line + "/enforcement/shadow";
    private const int ApplicationsShown = 10;
    private const int LinesShown = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Route, ShowAsync);
        pages.MapPost(Route + "/begin", BeginAsync);
        pages.MapPost(Route + "/end", EndAsync);
        pages.MapPost(Route + "/ask", AskAsync);
        pages.MapPost(Route + "/approve", ApproveAsync);
        pages.MapGet("/shadow", ListAsync);
    }

    public static string Url(ApiHead head, string environment, int page = 1) =>
        $"{head.Url}/enforcement/shadow?environment={Uri.EscapeDataString(environment)}{(page > 1 ? $"&page={page}" : "")}";

    private static async Task<IResult> ListAsync(HttpContext context, int? page, ShadowReader shadow, CancellationToken cancellation) =>
        Page.Show<ShadowLinesPage, Page<ShadowLine>>(await shadow.ListAsync(context.Actor(), new PageRequest(page ?? 1, LinesShown), cancellation));

    private static Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? environment, int? page, [AsParameters] ShadowReaders readers, CancellationToken cancellation) =>
        PageOfAsync(context, api, version, environment, page ?? 1, null, [], readers, cancellation);

    private static async Task<IResult> BeginAsync(
        HttpContext context, string api, string version, IFormCollection sent, BeginShadowMode begin, [AsParameters] ShadowReaders readers, CancellationToken cancellation)
    {
        var (environment, form) = (sent["environment"].ToString(), new ShadowForm(sent["until"].ToString(), sent["reason"].ToString()));
        if (!DateOnly.TryParseExact(form.Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return await PageOfAsync(context, api, version, environment, 1, form, [new("until_missing", "Choose a day, such as 2026-12-31.", "until")], readers, cancellation);
        // The day chosen is included: it ends when it is over in UTC. The last one that may be chosen ends at this hour.
        var until = new DateTimeOffset(day.ToDateTime(new TimeOnly(23, 59, 59)), TimeSpan.Zero);
        var latest = readers.Clock.GetUtcNow().AddDays(ShadowRules.MaximumDays);
        var done = await begin.ExecuteAsync(
            context.Actor(), new(api, version, environment, until > latest && until.UtcDateTime.Date == latest.UtcDateTime.Date ? latest : until, form.Reason), cancellation);
        return done.Succeeded
            ? await BackAsync(context, api, version, environment, readers, done.Value.BeganAt is null
                ? "The security officers are asked. Until one of them agrees, it is enforced."
                : $"Until {Words.Moment(done.Value.Until)} everything is let through. Data planes learn of it within seconds.", cancellation)
            : await PageOfAsync(context, api, version, environment, 1, form, done.Problems, readers, cancellation);
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, string api, string version, IFormCollection sent, StartEnforcing enforce, [AsParameters] ShadowReaders readers, CancellationToken cancellation)
    {
        var environment = sent["environment"].ToString();
        var done = await enforce.ExecuteAsync(context.Actor(), api, version, environment, sent["confirmed"] == "true", cancellation);
        return done.Succeeded
            ? await BackAsync(context, api, version, environment, readers, done.Value.Revision is null
                ? "Shadow mode will not begin."
                : "It is enforced: what is not granted is refused. Data planes learn of it within seconds.", cancellation)
            : await PageOfAsync(context, api, version, environment, 1, null, done.Problems, readers, cancellation);
    }

    private static async Task<IResult> AskAsync(
        HttpContext context, string api, string version, IFormCollection sent, AskConsumers ask, [AsParameters] ShadowReaders readers, CancellationToken cancellation)
    {
        var environment = sent["environment"].ToString();
        var done = await ask.ExecuteAsync(context.Actor(), api, version, environment, [.. sent["application"].OfType<string>()], cancellation);
        return done.Succeeded
            ? await BackAsync(context, api, version, environment, readers,
                $"{Words.Count(done.Value.Applications, "application's team finds", "applications' teams find")} a filled-in request in the inbox.", cancellation)
            : await PageOfAsync(context, api, version, environment, 1, null, done.Problems, readers, cancellation);
    }

    private static async Task<IResult> ApproveAsync(
        HttpContext context, string api, string version, IFormCollection sent, [AsParameters] ShadowReaders readers, CancellationToken cancellation)
    {
        var environment = sent["environment"].ToString();
        var done = await readers.Approve.ExecuteAsync(context.Actor(), api, version, environment, cancellation);
        return done.Succeeded
            ? await BackAsync(context, api, version, environment, readers,
                $"Approved {Words.Count(done.Value.Endpoints, "endpoint")} in {Words.Count(done.Value.Requests, "request")}.{string.Concat(done.Value.Refused.Take(3).Select(p => " " + p.Message))}", cancellation)
            : await PageOfAsync(context, api, version, environment, 1, null, done.Problems, readers, cancellation);
    }

    private static async Task<IResult> BackAsync(
        HttpContext context, string api, string version, string environment, ShadowReaders readers, string sentence, CancellationToken cancellation) =>
        await ApiPages.HeadAsync(context.Actor(), api, version, readers.Catalog, cancellation) is { } head
            ? Flash.Redirect(context, Url(head, environment), sentence)
            : Page.NotFound();

    private static async Task<IResult> PageOfAsync(
        HttpContext context, string api, string version, string? environment, int page, ShadowForm? form, IReadOnlyList<Problem> problems, ShadowReaders readers,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (problems.Any(p => p.Code == Problem.NotFound) || await ApiPages.HeadAsync(actor, api, version, readers.Catalog, cancellation) is not { } head)
            return Page.NotFound();
        var chosen = EnforcementPages.Chosen(head, environment);
        // Each decides by itself what the actor may see, so none has to wait for another.
        var found = readers.Shadow.FindAsync(actor, api, version, chosen, cancellation);
        var named = NamedAsync(actor, api, version, chosen, page, readers, cancellation);
        var unnamed = readers.Calls.CallsAsync(actor, api, version, chosen, [], cancellation);
        var paths = readers.Paths.ListAsync(actor, api, version, chosen, cancellation);
        var waiting = readers.Approve.WaitingAsync(actor, api, version, chosen, cancellation);
        await Task.WhenAll(found, named, unnamed, paths, waiting);
        if (await found is not { } shadow || await named is not var (applications, calls))
            return Page.NotFound();
        var model = new ShadowModel(
            head, chosen, shadow, applications, calls.ToLookup(c => c.ClientId, StringComparer.Ordinal), (await unnamed)!, (await paths)!, await waiting,
            readers.Clock.GetUtcNow(), form ?? ShadowForm.Empty, problems);
        return Page.Show<ShadowPage, ShadowModel>(model, problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }

    /// <summary>The applications of a page, and what they call.</summary>
    private static async Task<(Page<ShadowApplication> Applications, IReadOnlyList<ShadowCall> Calls)?> NamedAsync(
        Actor actor, string api, string version, string environment, int page, ShadowReaders readers, CancellationToken cancellation)
    {
        if (await readers.Calls.ApplicationsAsync(actor, api, version, environment, new PageRequest(page, ApplicationsShown), cancellation) is not { } applications)
            return null;
        string[] clients = [.. applications.Items.Select(a => a.ClientId)];
        return (applications, clients.Length == 0 ? [] : await readers.Calls.CallsAsync(actor, api, version, environment, clients, cancellation) ?? []);
    }
}

internal sealed record ShadowReaders(
    Core.Catalog.CatalogReader Catalog, ShadowReader Shadow, ShadowCallReader Calls, UnmatchedPathReader Paths, ApproveObserved Approve, TimeProvider Clock);
