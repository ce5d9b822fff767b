using Marketplace.Core.Access.Requests.Refused;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Requests;

/// <summary>Where a refusal links to: the request that would mend it, filled in as far as the refusal tells.</summary>
internal static class RefusedPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/requests/refused", ShowAsync);

    private static async Task<IResult> ShowAsync(HttpContext context, [AsParameters] RefusedQuery query, RefusedCallReader calls, CancellationToken cancellation)
    {
        var answer = await calls.FindAsync(context.Actor(), query.Call, cancellation);
        if (answer is null)
            return Flash.Redirect(
                context, $"/catalog?q={Uri.EscapeDataString($"{query.Method} {query.Path ?? query.Operation}".Trim())}",
                "The refusal names no API that you can see. Search for the endpoint that was called.");
        var url = $"/apis/{answer.Api}/{answer.Version}/request?environment={Uri.EscapeDataString(answer.Environment)}"
            + (answer.Client is { } client ? $"&application={Uri.EscapeDataString(client)}" : "");
        return answer.Operation is { } operation
            ? Flash.Redirect(context, $"{url}&operation={Uri.EscapeDataString(operation)}")
            : Flash.Redirect(context, $"{url}&find={Uri.EscapeDataString(answer.Find ?? "")}", "This version publishes no endpoint that the call matches. Look for the one that was meant.");
    }
}

/// <param name="Client">Client id of the application that was refused.</param>
/// <param name="Audience">The audience of its token; else <paramref name="Api"/>, <paramref name="Version"/> and <paramref name="Environment"/>.</param>
/// <param name="Operation">The endpoint's key; else <paramref name="Method"/> and <paramref name="Path"/> as called.</param>
internal sealed record RefusedQuery(
    string? Client, string? Audience, string? Api, string? Version, string? Environment, string? Operation, string? Method, string? Path)
{
    public RefusedCall Call => new(Client, Audience, Api, Version, Environment, Operation, Method, Path);
}
