using Marketplace.Core;
using Marketplace.Core.Catalog;
using Marketplace.Core.Catalog.Changes;
using Marketplace.Core.Catalog.Documents;
using Marketplace.Core.Catalog.Publishing;
using Marketplace.Core.Catalog.Rules;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Portal.Catalog.Publish;

/// <summary>Publish a new API, or a new revision of one.</summary>
internal static class PublishPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/publish", (HttpContext context, CancellationToken cancellation) => EmptyNewAsync(context, null, cancellation));
        pages.MapPost("/publish", CreateAsync).TakesDocuments(context => EmptyNewAsync(context, DocumentInput.TooLarge, context.RequestAborted));
        pages.MapGet("/apis/{api}/publish", (HttpContext context, string api, string? version, CancellationToken cancellation) =>
            EmptyAsync(context, api, version, null, cancellation));
        pages.MapPost("/apis/{api}/publish", PublishAsync).TakesDocuments(context =>
            EmptyAsync(context, context.Request.RouteValues["api"]?.ToString() ?? "", null, DocumentInput.TooLarge, context.RequestAborted));
    }

    private static async Task<IResult> EmptyNewAsync(HttpContext context, Problem? problem, CancellationToken cancellation)
    {
        var teams = await TeamsOfAsync(context, cancellation);
        var form = NewApiForm.Empty with { Team = teams.Count == 1 ? teams[0].Name : "" };
        return problem is null
            ? Page.Show<NewApiPage, NewApiModel>(new(form, teams, []))
            : Page.Show<NewApiPage, NewApiModel>(new(form, teams, [problem]), StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, IFormCollection form, CreateApi create, PublishSpec publish, LintDocument lint, DocumentFetcher fetcher,
        CancellationToken cancellation)
    {
        var actor = context.Actor();
        var given = NewApiForm.Read(form);
        var input = new CreateApiInput(given.Team, given.Name, given.Title, given.Summary, given.Classification);

        // All that can be known is known before anything is stored: an API without a document helps nobody.
        var problems = new List<Problem>(await create.CheckAsync(actor, input, cancellation));
        var bytes = await given.Document.LoadAsync(form, fetcher, cancellation);
        problems.AddRange(bytes.Succeeded
            ? await lint.RefusalsOfFirstAsync(given.Team, given.Version, given.Classification, bytes.Value, cancellation)
            : [.. PublishTarget.CheckVersion(given.Version), .. bytes.Problems]);
        if (problems.Count == 0)
        {
            var made = await create.ExecuteAsync(actor, input, cancellation);
            problems.AddRange(made.Problems);
        }

        if (problems.Count == 0)
        {
            var done = await publish.ExecuteAsync(actor, new(given.Name, given.Version, bytes.Value, AsDraft: given.AsDraft), cancellation);
            if (done.Succeeded)
                return Flash.Redirect(context, ApiUrl.Of(done.Value.Api, done.Value.Version), PublishedSentence.Of(done.Value));
            problems.AddRange(done.Problems);
        }

        return Page.Again<NewApiPage, NewApiModel>(new(given with { Document = given.Document.ForEcho() }, await TeamsOfAsync(context, cancellation), problems));
    }

    private static async Task<IResult> EmptyAsync(HttpContext context, string api, string? version, Problem? problem, CancellationToken cancellation)
    {
        if (await LinesOfAsync(context, api, cancellation) is not { } lines)
            return Page.NotFound();
        var line = lines.Lines.FirstOrDefault(l => l.Version == version) ?? (lines.Lines is [var newest, ..] ? newest : null);
        var form = new PublishForm(line?.Version ?? "v1", line?.Version, line?.Revision, false, DocumentInput.Empty);
        return problem is null
            ? Page.Show<PublishPage, PublishModel>(new(lines, form, []))
            : Page.Show<PublishPage, PublishModel>(new(lines, form, [problem]), StatusCodes.Status413PayloadTooLarge);
    }

    private static async Task<IResult> PublishAsync(
        HttpContext context, string api, IFormCollection form, PublishSpec publish, CompareSpec compare, DocumentFetcher fetcher, CancellationToken cancellation)
    {
        if (await LinesOfAsync(context, api, cancellation) is not { } lines)
            return Page.NotFound();
        var given = PublishForm.Read(form);
        var bytes = await given.Document.LoadAsync(form, fetcher, cancellation);
        if (!bytes.Succeeded)
            return Page.Again<PublishPage, PublishModel>(new(lines, given with { Document = given.Document.ForEcho() }, bytes.Problems));
        var kept = given with { Document = given.Document.Keep(bytes.Value) };
        if (given.PreviewOnly)
        {
            var judged = await PublishPreview.OfAsync(context.Actor(), lines, kept, bytes.Value, compare, cancellation);
            return judged.Problems.Count == 0 ? Page.Show<PublishPage, PublishModel>(judged) : Page.Again<PublishPage, PublishModel>(judged);
        }

        var basedOn = given.Version == given.SeenVersion ? given.SeenRevision : null;
        var done = await publish.ExecuteAsync(
            context.Actor(), new(api, given.Version, bytes.Value, basedOn, given.AsDraft, given.OverrideReason), cancellation);
        if (done.Succeeded)
            return Flash.Redirect(context, ApiUrl.Of(done.Value.Api, done.Value.Version), PublishedSentence.Of(done.Value));
        return PublishPreview.IsBreaking(done.Problems)
            ? Page.Again<PublishPage, PublishModel>(
                await PublishPreview.OfAsync(context.Actor(), lines, kept, bytes.Value, compare, cancellation) with { Problems = [.. done.Problems.Take(1)] })
            : Page.Again<PublishPage, PublishModel>(new(lines, given with { Document = given.Document.ForEcho() }, done.Problems));
    }

    private static async Task<IReadOnlyList<TeamChoice>> TeamsOfAsync(HttpContext context, CancellationToken cancellation)
    {
        await using var db = await context.DbAsync(cancellation);
        return await db.Teams.WithOwner(context.Actor()).OrderBy(t => t.Title).Select(t => new TeamChoice(t.Name, t.Title)).ToListAsync(cancellation);
    }

    /// <summary>Null when the person is not an owner of the API's team.</summary>
    private static async Task<ApiLines?> LinesOfAsync(HttpContext context, string api, CancellationToken cancellation)
    {
        await using var db = await context.DbAsync(cancellation);
        return await db.Apis.WithOwner(context.Actor()).Where(a => a.Name == api)
            .Select(a => new ApiLines(
                a.Name, a.Title, a.Versions.OrderByDescending(v => v.CreatedAt).Select(v => new ApiLine(v.Version, v.Revision, v.Lifecycle)).ToList()))
            .SingleOrDefaultAsync(cancellation);
    }
}
