using Marketplace.Contracts.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Sdk.Internal.Protection;

/// <summary>Serves what is allowed and answers the rest.</summary>
internal sealed partial class ProtectionMiddleware(
    RequestDelegate next, Authorizer authorizer, IOptions<MarketplaceOptions> options, ILogger<ProtectionMiddleware> logger)
{
    private readonly string[] unprotected = [.. options.Value.UnprotectedPaths];

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsUnprotected(context))
        {
            await next(context);
            return;
        }

        var decision = await authorizer.DecideAsync(context);
        if (decision.Caller is { } caller)
        {
            context.Features.Set(caller);
            await next(context);
            return;
        }

        var reason = decision.Reason ?? ReasonCode.PolicyUnavailable;
        Log.Refused(logger, reason, context.Request.Method, decision.Operation, decision.ClientId);
        await Refusal.WriteAsync(context, reason, options.Value.Api!, decision.Operation);
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
    }
}
