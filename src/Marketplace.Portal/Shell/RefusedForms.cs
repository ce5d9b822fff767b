using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Shell;

/// <summary>A form without its antiforgery token goes no further than here, whatever its endpoint reads of it.</summary>
internal sealed partial class RefusedForms(RequestDelegate next, TimeProvider clock, ILogger<RefusedForms> logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private long _refused;
    private long _told = clock.GetTimestamp() - (long)(Quiet.TotalSeconds * clock.TimestampFrequency);

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

        Tell();
        return ShowAsync(context, StatusModel.FormExpired, StatusCodes.Status400BadRequest);
    }

    /// <summary>Anybody can send such forms, as many as they like: the log says how many, once a minute.</summary>
    private void Tell()
    {
        Interlocked.Increment(ref _refused);
        var told = Interlocked.Read(ref _told);
        var now = clock.GetTimestamp();
        if (clock.GetElapsedTime(told, now) >= Quiet && Interlocked.CompareExchange(ref _told, now, told) == told)
            Log.Refused(logger, Interlocked.Exchange(ref _refused, 0));
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Count} forms came without a good antiforgery token since the last such line: from pages of another session, or not from ours.")]
        public static partial void Refused(ILogger logger, long count);
    }
}
