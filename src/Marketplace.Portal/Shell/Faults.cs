using Marketplace.Portal.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Shell;

/// <summary>What is shown when there is no page, or a page broke.</summary>
internal static class Faults
{
    public static ExceptionHandlerOptions Options { get; } = new()
    {
        ExceptionHandler = context =>
        {
            var status = context.Features.Get<IExceptionHandlerFeature>()?.Error switch
            {
                BadHttpRequestException refused => refused.StatusCode,
                { } fault when UnstorableText.Caused(fault) => StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status500InternalServerError,
            };
            return ShowAsync(context, status);
        },
    };

    /// <summary>Any address that nothing else answers; for those who may be strangers, hence without the navigation's figures.</summary>
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapFallback("{**path}", (HttpContext context) => ShowAsync(context, StatusCodes.Status404NotFound)).AllowAnonymous();

    private static Task ShowAsync(HttpContext context, int status)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
            return Results.Problem(statusCode: status).ExecuteAsync(context);
        var model = status switch
        {
            StatusCodes.Status404NotFound => StatusModel.NotFound,
            StatusCodes.Status413PayloadTooLarge => StatusModel.TooLarge,
            < 500 => StatusModel.Unreadable,
            _ => StatusModel.Fault(context.TraceIdentifier),
        };
        return Page.Show<StatusPage, StatusModel>(model, status).ExecuteAsync(context);
    }
}
