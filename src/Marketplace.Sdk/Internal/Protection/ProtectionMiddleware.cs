using Marketplace.Contracts.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Serves what is allowed and answers the rest.</summary>
internal sealed partial class ProtectionMiddleware(
    RequestDelegate next, Authorizer authorizer, DecisionTelemetry telemetry, IOptions<MarketplaceOptions> options, ILogger<ProtectionMiddleware> logger)
{
    private readonly Challenge challenge = new(options.Value);
    private readonly string[] unprotected = [.. options.Value.UnprotectedPaths];

    public Task InvokeAsync(HttpContext context)
    {
        if (IsUnprotected(context))
            return next(context);
        var call = telemetry.Begin();
        var deciding = authorizer.DecideAsync(context);
        return deciding.IsCompletedSuccessfully ? FollowAsync(context, call, deciding.Result) : AwaitAsync(context, call, deciding);
    }

    private async Task AwaitAsync(HttpContext context, DecisionTelemetry.Call call, ValueTask<Decision> deciding) => await FollowAsync(context, call, await deciding);

    private Task FollowAsync(HttpContext context, DecisionTelemetry.Call call, Decision decision)
    {
        telemetry.End(call, decision);
        if (decision.Reason is { } reason)
        {
            if (decision.IsRefused)
            {
                Log.Refused(logger, reason, context.Request.Method, decision.Operation?.Key, decision.ClientId);
                return Refusal.WriteAsync(context, reason, challenge, decision.Operation?.Key);
            }

            Log.LetThrough(logger, reason, context.Request.Method, decision.Operation?.Key, decision.ClientId);
            context.Response.Headers[LetThrough.Header] = reason;
        }

        if (decision.Caller is { } caller)
            context.Features.Set(caller);
        return next(context);
    }

    private bool IsUnprotected(HttpContext context)
    {
        foreach (var path in unprotected)
        {
            if (Authorizer.RawPath(context).SequenceEqual(path))
                return true;
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Refused: {Reason}. {Method} {Operation} by {Client}.")]
        public static partial void Refused(ILogger logger, string reason, string method, string? operation, string? client);

        // Before a migration this is every call.
        [LoggerMessage(LogLevel.Debug, "Let through in shadow mode: {Reason}. {Method} {Operation} by {Client}.")]
        public static partial void LetThrough(ILogger logger, string reason, string method, string? operation, string? client);
    }
}
