using Marketplace.Core.Notifications.Preferences;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Notifications;

/// <summary>Where the link in an e-mail leads. Looking changes nothing: those who check links for others look, too.</summary>
internal static class UnsubscribePages
{
    private const int LargestForm = 4 * 1024;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/unsubscribe/{token}", Show).AllowAnonymous();

    /// <summary>RFC 8058 §3.2: the reader's mail program posts it by itself, without cookies; the link alone says who and what.</summary>
    public static void MapOneClick(IEndpointRouteBuilder app) =>
        app.MapPost("/unsubscribe/{token}", EndAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm), new PageMetadata());

    private static IResult Show(string token, Unsubscribe unsubscribe) => unsubscribe.Read(token) is { } asked
        ? Page.Show<UnsubscribePage, UnsubscribeModel>(new(token, asked.Words, IsDone: false))
        : Page.NotFound();

    private static async Task<IResult> EndAsync(HttpContext context, string token, Unsubscribe unsubscribe, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return await unsubscribe.ExecuteAsync(token, $"{context.Connection.RemoteIpAddress}", cancellation) is { } asked
            ? Page.Show<UnsubscribePage, UnsubscribeModel>(new(token, asked.Words, IsDone: true))
            : Page.NotFound();
    }
}

/// <param name="Token">Of the link.</param>
/// <param name="What">What no more e-mails come of.</param>
/// <param name="IsDone">It is so now.</param>
public sealed record UnsubscribeModel(string Token, string What, bool IsDone);
