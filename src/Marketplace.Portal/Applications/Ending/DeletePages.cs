using Marketplace.Core;
using Marketplace.Core.Applications.Ending;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications.Ending;

/// <summary>What a deletion would cut off, and the deletion.</summary>
internal static class DeletePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/applications/{clientId}/delete", (HttpContext context, string clientId, DeletionReader reader, CancellationToken cancellation) =>
            ShowAsync(context, clientId, "", "", [], reader, cancellation));
        pages.MapPost("/applications/{clientId}/delete", DeleteAsync);
    }

    private static async Task<IResult> DeleteAsync(
        HttpContext context, string clientId, [FromForm] string? name, [FromForm] string? reason, DeleteApplication delete, DeletionReader reader, CancellationToken cancellation)
    {
        var outcome = await delete.ExecuteAsync(context.Actor(), clientId, name ?? "", reason ?? "", cancellation);
        return outcome.Succeeded
            ? Flash.Redirect(context, $"/applications/{clientId}", $"It is deleted, with {Words.Count(outcome.Value.Grants, "grant")} and every credential. Its past stays here.")
            : await ShowAsync(context, clientId, name ?? "", reason ?? "", outcome.Problems, reader, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string clientId, string name, string reason, IReadOnlyList<Problem> problems, DeletionReader reader, CancellationToken cancellation) =>
        await reader.FindAsync(context.Actor(), clientId, cancellation) is { } view
            ? Page.Show<DeletePage, DeleteModel>(new(view, name, reason, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code))
            : Page.NotFound();
}

public sealed record DeleteModel(DeletionView View, string Name, string Reason, IReadOnlyList<Problem> Problems);
