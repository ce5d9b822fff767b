using Microsoft.Extensions.Options;

namespace Marketplace.Samples.Consumer;

internal static class ConsumerEndpoints
{
    public static void MapConsumer(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", (HttpContext context, Sessions sessions, IOptions<ConsumerOptions> options) =>
            Show(options.Value, new PageState { ClientId = sessions.Of(context)?.ClientId }));
        app.MapPost("/", CallAsync);
    }

    public static void UseSafeHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // Not no-referrer: with that a browser sends "Origin: null" with the form.
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        context.Response.Headers.CacheControl = "no-store";
        return next(context);
    });

    private static async Task<IResult> CallAsync(HttpContext context, Sessions sessions, IOptions<ConsumerOptions> options)
    {
        // Another site's form must not call in this browser's name.
        if (context.Request.Headers.Origin is [{ } origin] && origin != $"{context.Request.Scheme}://{context.Request.Host}")
            return Results.StatusCode(403);
        var form = await context.Request.ReadFormAsync();
        var state = new PageState
        {
            ClientId = form["clientId"].ToString().Trim(),
            Payment = form["payment"].ToString().Trim() is { Length: > 0 } payment ? payment : PageState.AnyPayment,
            ViaGateway = form["way"] == "gateway",
        };
        var secret = form["clientSecret"].ToString().Trim();
        var session = sessions.Of(context);
        if (secret.Length > 0 && state.ClientId.Length > 0)
            session = sessions.Begin(context, state.ClientId, secret);
        if (session is null || session.ClientId != state.ClientId)
            return Show(options.Value, state with { Error = "Enter the client id and the client secret of your application." });

        var call = Call.All.FirstOrDefault(call => form["operation"] == call.Key);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return Show(options.Value, call is null
            ? state with { Notice = "Credentials are kept in memory until this page's server stops. Choose a call." }
            : state with { Answer = await session.SendAsync(call, state.Payment, state.ViaGateway, today, context.RequestAborted) });
    }

    private static IResult Show(ConsumerOptions options, PageState state) =>
        Results.Content(Page.Render(options, state), "text/html; charset=utf-8");
}
