using Marketplace.Contracts.Policy;
using Marketplace.Core;
using Marketplace.Core.Access.Explain;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Explain;

/// <summary>"Why was this refused?" An address asks without a token; a form is answered at once, so that a token stands nowhere afterwards.</summary>
internal static class ExplainPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(ExplainUrl.Path, AskAsync);
        pages.MapPost(ExplainUrl.Path, AnswerAsync);
    }

    private static Task<IResult> AskAsync(HttpContext context, ExplainCall explain, CancellationToken cancellation)
    {
        var form = ExplainForm.Of(name => context.Request.Query[name]);
        return form.IsComplete
            ? PageOfAsync(context, form, null, explain, cancellation)
            : Task.FromResult<IResult>(Page.Show<ExplainPage, ExplainModel>(new(form, null, [])));
    }

    private static Task<IResult> AnswerAsync(HttpContext context, [FromForm] IFormCollection fields, ExplainCall explain, CancellationToken cancellation)
    {
        context.Response.Headers.CacheControl = "no-store";
        return PageOfAsync(context, ExplainForm.Of(name => fields[name]), fields["token"], explain, cancellation);
    }

    private static async Task<IResult> PageOfAsync(HttpContext context, ExplainForm form, string? token, ExplainCall explain, CancellationToken cancellation)
    {
        if (!form.TryTime(out var at))
            return Page.Again<ExplainPage, ExplainModel>(new(form, null, [new Problem("at_invalid", "Give the time as date and time in UTC, such as 2026-03-01T14:30.", "at")]));
        var outcome = await explain.ExecuteAsync(context.Actor(), form.Question(at, token), cancellation);
        return outcome.Succeeded
            ? Page.Show<ExplainPage, ExplainModel>(new(form, outcome.Value, []))
            : Page.Show<ExplainPage, ExplainModel>(new(form, null, outcome.Problems), ProblemStatus.Of(outcome.Problems[0].Code));
    }
}

public sealed record ExplainModel(ExplainForm Form, Explained? Result, IReadOnlyList<Problem> Problems)
{
    /// <summary>What the reason means that came back, before anything else is known of the call.</summary>
    public string? Meaning => Result is null && Form.Reason is { Length: > 0 } reason && ReasonCode.IsKnown(reason) ? ReasonWords.Of(reason) : null;
}
