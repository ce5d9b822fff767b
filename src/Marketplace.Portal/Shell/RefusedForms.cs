using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Shell;

/// <summary>A form without its antiforgery token goes no further than here, whatever its endpoint reads of it.</summary>
internal sealed class RefusedForms(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false } refused)
            return next(context);
        // A body over the limit cannot be read, so neither can its token.
        for (var cause = refused.Error as Exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } or InvalidDataException)
                return ShowTooLargeAsync(context);
        }

        return ShowAsync(context, StatusModel.FormExpired, StatusCodes.Status400BadRequest);
    }

    private static async Task ShowTooLargeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<TooLargePage>() is { } own)
            await (await own.Show(context)).ExecuteAsync(context);
        else
            await ShowAsync(context, StatusModel.TooLarge, StatusCodes.Status413PayloadTooLarge);
    }

    private static Task ShowAsync(HttpContext context, StatusModel model, int status) =>
        Page.Show<StatusPage, StatusModel>(model, status).ExecuteAsync(context);

    /// <summary>Endpoint metadata: how a form says itself that what it was sent is too large.</summary>
    internal sealed record TooLargePage(Func<HttpContext, Task<IResult>> Show);
}
