using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Shell;

internal static class PageGroup
{
    private const long LargestForm = 1024 * 1024;

    /// <summary>What holds for every page: a signed-in person, an antiforgery token on every post, nothing kept by caches.</summary>
    public static RouteGroupBuilder AsPages(this RouteGroupBuilder group)
    {
        group.RequireAuthorization();
        group.WithMetadata(new RequireAntiforgeryTokenAttribute(), new RequestSizeLimitAttribute(LargestForm), new PageMetadata());
        group.ExcludeFromDescription();
        group.AddEndpointFilter(async (context, next) =>
        {
            context.HttpContext.Response.Headers.CacheControl = "no-store";
            return await next(context);
        });
        return group;
    }
}

/// <summary>Marks an endpoint that answers people with HTML.</summary>
internal sealed class PageMetadata;
