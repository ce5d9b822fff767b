using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Marketplace.Portal.Rest;

/// <summary>Problems as <c>application/problem+json</c>; the first one gives status, code and detail.</summary>
internal sealed class ProblemResult(IReadOnlyList<Problem> problems, int? status = null) : IResult
{
    public static ProblemResult NotFound(string what) => new([new(Problem.NotFound, what)]);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var body = BodyOf(problems, status);
        httpContext.Response.StatusCode = body.Status;
        httpContext.Response.Headers.CacheControl = "no-store";
        if (body.Status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = "2";
        return httpContext.Response.WriteAsJsonAsync(
            body, RestJson.Options, ProblemBody.ContentType, httpContext.RequestAborted);
    }

    internal static ProblemBody BodyOf(IReadOnlyList<Problem> problems, int? status)
    {
        var first = problems[0];
        var code = status ?? ProblemStatus.Of(first.Code);
        return new("about:blank", ReasonPhrases.GetReasonPhrase(code), code, first.Code, first.Message,
            [.. problems.Select(p => new ProblemError(p.Code, p.Message, p.Field))]);
    }
}
