using Marketplace.Contracts.Rest;
using Marketplace.Core.Catalog.Following;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Catalog.Following;

internal static class FollowEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var api = rest.MapGroup("/apis/{api}").WithTags("Me");
        api.MapPut("/star", StarAsync).WithName("starApi").WithSummary("Put a star on an API, to find it again.").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/star", UnstarAsync).WithName("unstarApi").WithSummary("Take the star off.").Produces(StatusCodes.Status204NoContent);
        api.MapPut("/subscription", SubscribeAsync).WithName("subscribeToApi")
            .WithSummary("Be told when the API changes, is deprecated or ends.").Produces(StatusCodes.Status204NoContent);
        api.MapDelete("/subscription", UnsubscribeAsync).WithName("unsubscribeFromApi").WithSummary("Be told no longer.").Produces(StatusCodes.Status204NoContent);
        var me = rest.MapGroup("/me").WithTags("Me");
        me.MapGet("/starred-apis", StarredAsync).WithName("listStarredApis").WithSummary("APIs with your star.").Produces<PageBody<FollowedApiBody>>();
        me.MapGet("/subscriptions", SubscribedAsync).WithName("listSubscriptions")
            .WithSummary("APIs of whose changes you are told.").Produces<PageBody<FollowedApiBody>>();
    }

    private static async Task<IResult> StarAsync(string api, FollowApi follow, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await follow.StarAsync(context.Actor(), api, true, cancellation));

    private static async Task<IResult> UnstarAsync(string api, FollowApi follow, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await follow.StarAsync(context.Actor(), api, false, cancellation));

    private static async Task<IResult> SubscribeAsync(string api, FollowApi follow, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await follow.SubscribeAsync(context.Actor(), api, true, cancellation));

    private static async Task<IResult> UnsubscribeAsync(string api, FollowApi follow, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await follow.SubscribeAsync(context.Actor(), api, false, cancellation));

    private static async Task<IResult> StarredAsync(FollowingReader following, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await following.StarredAsync(context.Actor(), Paged.From(page, limit), cancellation), Of);

    private static async Task<IResult> SubscribedAsync(FollowingReader following, HttpContext context, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(await following.SubscribedAsync(context.Actor(), Paged.From(page, limit), cancellation), Of);

    private static FollowedApiBody Of(FollowedApiRow row) => new(row.Name, row.Title, row.Summary, row.Subscribed, row.At);
}
