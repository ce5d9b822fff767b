using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Requests.Templates;
using Marketplace.Portal.Catalog;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Requests;

internal static class TemplateEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        rest.MapGet("/apis/{api}/versions/{version}/templates", ListAsync).WithTags("Access requests").WithName("listTemplates")
            .WithSummary("Sets of endpoints of a version that its owners offer to ask for together.").Produces<IReadOnlyList<TemplateSummaryBody>>();
        var templates = rest.MapGroup("/templates/{name}").WithTags("Catalog");
        templates.MapGet("", GetAsync).WithName("getTemplate").WithSummary("A template, and which endpoints it means now.").Produces<TemplateBody>();
        templates.MapPut("", PutAsync).WithName("putTemplate").WithSummary("Offer a template of your team's endpoints, or replace it.").Produces<TemplateBody>();
        templates.MapDelete("", RemoveAsync).WithName("removeTemplate").WithSummary("Offer a template no longer.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ListAsync(string api, string version, TemplateReader templates, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(
            await templates.ListAsync(context.Actor(), api, version, cancellation), ApiEndpoints.Unknown(api, version),
            rows => rows.Select(r => new TemplateSummaryBody(r.Slug, r.Title, r.Description, r.TeamTitle, r.Endpoints)).ToList());

    private static async Task<IResult> GetAsync(string name, TemplateReader templates, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await templates.FindAsync(context.Actor(), name, cancellation), $"There is no template {name} that you may see.", Of);

    private static async Task<IResult> PutAsync(
        string name, JsonBody<NewTemplateBody> body, WriteTemplate write, TemplateReader templates, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        var written = await write.PutAsync(
            context.Actor(), name,
            new(asked.Title, asked.Description ?? "", [.. asked.Parts.Select(p => new TemplatePart(p.Api, p.Version, p.Operations ?? [], p.Methods ?? [], p.Tag))]), cancellation);
        return written.Succeeded ? await GetAsync(name, templates, context, cancellation) : new ProblemResult(written.Problems);
    }

    private static async Task<IResult> RemoveAsync(string name, WriteTemplate write, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await write.RemoveAsync(context.Actor(), name, cancellation));

    private static TemplateBody Of(TemplateDetails template) => new(
        template.Slug, template.Title, template.Description, template.TeamTitle,
        [.. template.Parts.Select(p => new TemplatePartBody(p.Api, p.Version, p.Operations, p.Methods, p.Tag))],
        [.. template.Lines.Select(l => new RequestedEndpointsBody(l.Api, l.Version, [.. l.Endpoints.Select(e => e.Reference.Operation)]))]);
}
