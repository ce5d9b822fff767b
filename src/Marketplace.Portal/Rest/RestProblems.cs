using Marketplace.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Portal.Rest;

/// <summary>Whatever goes wrong under <c>/api</c>, also before an endpoint is reached, is told as problem+json.</summary>
internal static partial class RestProblems
{
    public static IApplicationBuilder UseRestProblems(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RestProblems).FullName!);
        return app.Use((context, next) => context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) ? GuardAsync(context, next, logger) : next(context));
    }

    private static async Task GuardAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (RestException refused) when (!context.Response.HasStarted)
        {
            await new ProblemResult([refused.Problem]).ExecuteAsync(context);
            return;
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await new ProblemResult([Explain(refused)], refused.StatusCode).ExecuteAsync(context);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is listening any more.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception fault) when (UnstorableText.Caused(fault) && !context.Response.HasStarted)
        {
            await new ProblemResult([UnstorableText.Problem]).ExecuteAsync(context);
            return;
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            Log.Faulted(logger, fault, context.Request.Method, context.Request.Path);
            await new ProblemResult([ProblemStatus.For(StatusCodes.Status500InternalServerError)]).ExecuteAsync(context);
            return;
        }

        if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null or 0 })
            await new ProblemResult([ProblemStatus.For(context.Response.StatusCode)], context.Response.StatusCode).ExecuteAsync(context);
    }

    /// <summary>The framework's sentence, such as <c>Failed to bind parameter "Nullable&lt;int&gt; page" from "two".</c>, without its types.</summary>
    private static Problem Explain(BadHttpRequestException refused)
    {
        if (refused.StatusCode != StatusCodes.Status400BadRequest)
            return ProblemStatus.For(refused.StatusCode);
        var words = refused.Message.Split('"');
        if (words.Length < 4)
            return ProblemStatus.For(refused.StatusCode);
        var name = words[1].Split(' ')[^1];
        return new Problem(ProblemStatus.ParameterMalformed, $"{name} does not take \"{words[3]}\".", name);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Faulted(ILogger logger, Exception fault, string method, PathString path);
    }
}
