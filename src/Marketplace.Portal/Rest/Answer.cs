using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Rest;

/// <summary>From an outcome to a response.</summary>
internal static class Answer
{
    public static IResult Ok<T, TBody>(Outcome<T> outcome, Func<T, TBody> body) =>
        outcome.Succeeded ? Json(body(outcome.Value)) : new ProblemResult(outcome.Problems);

    public static IResult Created<TBody>(string location, TBody body) => new CreatedResult<TBody>(RestApi.Root + location, body);

    public static IResult Created<T, TBody>(Outcome<T> outcome, Func<T, string> location, Func<T, TBody> body) =>
        outcome.Succeeded ? Created(location(outcome.Value), body(outcome.Value)) : new ProblemResult(outcome.Problems);

    public static IResult Done<T>(Outcome<T> outcome) => outcome.Succeeded ? Results.NoContent() : new ProblemResult(outcome.Problems);

    public static IResult Found<T, TBody>(T? value, string orElse, Func<T, TBody> body) where T : class =>
        value is null ? ProblemResult.NotFound(orElse) : Json(body(value));

    public static IResult Page<T, TBody>(Page<T> page, Func<T, TBody> body) =>
        Json(new PageBody<TBody>([.. page.Items.Select(body)], page.Request.Number, page.Request.Size, page.Total));

    public static IResult Json<TBody>(TBody body, int status = StatusCodes.Status200OK) => Results.Json(body, RestJson.Options, statusCode: status);

    private sealed class CreatedResult<TBody>(string location, TBody body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Location = location;
            return Json(body, StatusCodes.Status201Created).ExecuteAsync(httpContext);
        }
    }
}
