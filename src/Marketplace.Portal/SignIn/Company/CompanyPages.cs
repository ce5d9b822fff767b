using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.SignIn.Company;

internal static partial class CompanyPages
{
    private const int LargestLogout = 64 * 1024;

    /// <summary>Off to the identity provider; it sends people back to <see cref="OpenIdHandler.CallbackPath"/>.</summary>
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/sign-in/company", GoAsync).AllowAnonymous();

    /// <summary>For the identity provider itself (OpenID Connect Back-Channel Logout 1.0 §2.5): what it signed proves who calls, so it needs no form of ours.</summary>
    public static void MapBackChannel(IEndpointRouteBuilder app) =>
        app.MapPost("/sign-in/company/back-channel", EndAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(LargestLogout));

    private static async Task<IResult> GoAsync(HttpContext context, CompanyProvider provider, SignInRules rules, string? returnUrl, CancellationToken cancellation)
    {
        if (!provider.IsConfigured)
            return Page.NotFound();
        var back = LocalUrl.Or(returnUrl);
        if (context.User.Identity is { IsAuthenticated: true })
            return Results.LocalRedirect(back);
        try
        {
            await provider.MetadataAsync(cancellation);
        }
        catch (ProviderException)
        {
            return Page.Show<SignInPage, SignInModel>(SignInModel.Of(rules, "", back, [CompanyServices.Away], byPassword: true), StatusCodes.Status503ServiceUnavailable);
        }

        return Results.Challenge(new AuthenticationProperties { RedirectUri = back }, [OpenIdHandler.SchemeName]);
    }

    private static async Task<IResult> EndAsync(
        HttpContext context, CompanyProvider provider, ProviderTokens tokens, EndSession end, ILogger<CompanyProvider> logger,
        [FromForm(Name = "logout_token")] string? token, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (!provider.IsConfigured)
            return Page.NotFound();
        try
        {
            var (subject, session) = await tokens.ReadLogoutTokenAsync(token ?? "", cancellation);
            await end.AtProviderAsync(provider.Issuer, subject, session, cancellation);
            return Results.Ok();
        }
        catch (ProviderException refused)
        {
            Log.Refused(logger, refused.Message);
            // §2.8.
            return Results.Json(new { error = "invalid_request", error_description = refused.Message }, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A logout token was refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
