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
                return ShowAsync(context, StatusModel.TooLarge, StatusCodes.Status413PayloadTooLarge);
        }

        return ShowAsync(context, StatusModel.FormExpired, StatusCodes.Status400BadRequest);
    }

    private static Task ShowAsync(HttpContext context, StatusModel model, int status) =>
        Page.Show<StatusPage, StatusModel>(model, status).ExecuteAsync(context);
}
