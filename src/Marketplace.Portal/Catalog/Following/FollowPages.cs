using Marketplace.Core;
using Marketplace.Core.Catalog.Following;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Following;

/// <summary>A star on an API, and being told of its changes.</summary>
internal static class FollowPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapPost("/apis/{api}/star", (HttpContext context, string api, [FromForm] bool? on, [FromForm] string? returnUrl, FollowApi follow, CancellationToken cancellation) =>
            AnswerAsync(context, api, returnUrl, follow.StarAsync(context.Actor(), api, on is true, cancellation)));
        pages.MapPost("/apis/{api}/subscription", (HttpContext context, string api, [FromForm] bool? on, [FromForm] string? returnUrl, FollowApi follow, CancellationToken cancellation) =>
            AnswerAsync(context, api, returnUrl, follow.SubscribeAsync(context.Actor(), api, on is true, cancellation)));
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, string api, string? returnUrl, Task<Outcome<bool>> follow) =>
        (await follow).Succeeded ? Flash.Redirect(context, LocalUrl.Or(returnUrl, $"/apis/{Uri.EscapeDataString(api)}")) : Page.NotFound();
}
