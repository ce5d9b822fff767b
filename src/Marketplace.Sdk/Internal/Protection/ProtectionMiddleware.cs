using System.Diagnostics;
using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Usage;
using Marketplace.Sdk.Internal.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Serves what is allowed and answers the rest.</summary>
internal sealed partial class ProtectionMiddleware(
    RequestDelegate next, Authorizer authorizer, DecisionTelemetry telemetry, CallCounts counts, IOptions<MarketplaceOptions> options, ILogger<ProtectionMiddleware> logger)
{
    private readonly Challenge challenge = new(options.Value);
    private readonly string[] unprotected = [.. options.Value.UnprotectedPaths];

    private readonly bool reports = options.Value.ReportUsage;

    public Task InvokeAsync(HttpContext context)
    {
        if (IsUnprotected(context))
            return next(context);
        var began = Stopwatch.GetTimestamp();
        var call = telemetry.Begin();
        var deciding = authorizer.DecideAsync(context);
        return deciding.IsCompletedSuccessfully ? FollowAsync(context, call, deciding.Result, began) : AwaitAsync(context, call, deciding, began);
    }

    private async Task AwaitAsync(HttpContext context, DecisionTelemetry.Call call, ValueTask<Decision> deciding, long began) =>
        await FollowAsync(context, call, await deciding, began);

    private Task FollowAsync(HttpContext context, DecisionTelemetry.Call call, in Decision decision, long began)
    {
        telemetry.End(call, decision);
        return reports ? CountAsync(context, decision, began) : AnswerAsync(context, decision);
    }

    // The call that the client gave up is no error of the service.
    private async Task CountAsync(HttpContext context, Decision decision, long began)
    {
        var isError = true;
        try
        {
            await AnswerAsync(context, decision);
            isError = context.Response.StatusCode >= StatusCodes.Status500InternalServerError && !decision.IsRefused;
        }
        catch when (context.RequestAborted.IsCancellationRequested)
        {
            isError = false;
            throw;
        }
        finally
        {
            var duration = Stopwatch.GetElapsedTime(began);
            if (decision is { IsLetThrough: true, Operation: null })
                counts.AddUnmatched(decision.ClientId, decision.Reason!, context.Request.Method, Authorizer.RawPath(context), duration, isError);
            else
                counts.Add(decision.ClientId, decision.Operation?.Index, decision.IsLetThrough ? UsageDecision.LetThrough : decision.IsRefused ? UsageDecision.Refused : UsageDecision.Allowed, decision.Reason, duration, isError);
        }
    }

    private Task AnswerAsync(HttpContext context, in Decision decision)
    {
        Tell(context.Response.Headers, decision.Spending);
        if (decision.Reason is { } reason)
        {
            if (decision.IsRefused)
            {
                Log.Refused(logger, reason, context.Request.Method, decision.Operation?.Key, decision.ClientId);
                return Refusal.WriteAsync(context, reason, challenge, decision.Operation?.Key, decision.ClientId, decision.Spending);
            }

            Log.LetThrough(logger, reason, context.Request.Method, decision.Operation?.Key, decision.ClientId);
            context.Response.Headers[LetThrough.Header] = reason;
        }

        if (decision.Caller is { } caller)
            context.Features.Set(caller);
        return next(context);
    }

    // draft-ietf-httpapi-ratelimit-headers: what is allowed, and what is left of it.
    private static void Tell(IHeaderDictionary headers, in Spending spending)
    {
        if (spending.Meter is not { } meter)
            return;
        headers["RateLimit-Policy"] = meter.Limits.Policy;
        if (spending.Remaining >= 0)
            headers["RateLimit"] = meter.TextOf(spending);
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
