using Marketplace.Core;
using Marketplace.Core.Access.Sandbox;
using Marketplace.Core.Catalog;
using Marketplace.Core.Data;
using Marketplace.Portal.Catalog.Api;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Try;

/// <summary>Reading a document, and trying it in the sandbox as an application of one's team.</summary>
internal static class TryPages
{
    private const int Shown = 50;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ApiPages.Line + "/document", ShowAsync).WithMetadata(new SecurityHeaders.InlineStyles());
        pages.MapPost(ApiPages.Line + "/document", TryAsync).WithMetadata(new SecurityHeaders.InlineStyles());
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string api, string version, string? application, int? page, [AsParameters] TryReaders readers, CancellationToken cancellation) =>
        await readers.ReadAsync(context, api, version, application, page ?? 1, cancellation) is { } model
            ? Page.Show<DocumentPage, DocumentModel>(model)
            : Page.NotFound();

    private static async Task<IResult> TryAsync(
        HttpContext context, string api, string version, [FromForm] string? application, [AsParameters] TryReaders readers, SandboxTokens tokens,
        CancellationToken cancellation)
    {
        if (await readers.ReadAsync(context, api, version, application, 1, cancellation) is not { } model)
            return Page.NotFound();
        var issued = await tokens.IssueAsync(context.Actor(), api, version, application ?? "", cancellation);
        return issued.Succeeded
            ? Page.Show<DocumentPage, DocumentModel>(model with { Token = issued.Value })
            : Page.Show<DocumentPage, DocumentModel>(model with { Problems = issued.Problems }, ProblemStatus.Of(issued.Problems[0].Code));
    }

    internal sealed record TryReaders(CatalogReader Catalog, SandboxReader Sandbox)
    {
        public async Task<DocumentModel?> ReadAsync(HttpContext context, string api, string version, string? application, int page, CancellationToken cancellation)
        {
            var actor = context.Actor();
            if (await ApiPages.HeadAsync(actor, api, version, Catalog, cancellation) is not { } head)
                return null;
            var mine = await Sandbox.ApplicationsAsync(actor, head.Version.Id, cancellation);
            var chosen = mine.FirstOrDefault(a => a.ClientId == application) ?? mine.FirstOrDefault(a => a.Grants > 0) ?? (mine.Count > 0 ? mine[0] : null);
            return new(head, mine, chosen, await Sandbox.OperationsAsync(head.Version.Id, chosen?.ClientId, new(page, Shown), cancellation), null, []);
        }
    }
}

/// <param name="Applications">Those of the reader's teams, those that hold sandbox grants here first.</param>
/// <param name="Chosen">The one that is tried as.</param>
/// <param name="Operations">What it may call, and what it may not.</param>
/// <param name="Token">Just issued; shown to the reader on the page alone.</param>
public sealed record DocumentModel(
    ApiHead Head, IReadOnlyList<SandboxApplication> Applications, SandboxApplication? Chosen, Page<SandboxOperation> Operations,
    SandboxToken? Token, IReadOnlyList<Problem> Problems)
{
    public string? Server => Head.Version.Servers.GetValueOrDefault(DeploymentEnvironment.Sandbox);
}
