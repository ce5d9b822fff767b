using Marketplace.Contracts.Policy;
using Marketplace.Contracts.Rest;
using Marketplace.Core.Access.Explain;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Access.Explain;

internal static class ExplainEndpoints
{
    public static void Map(IEndpointRouteBuilder rest) => rest.MapPost("/explanations", ExplainAsync).WithTags("Grants").WithName("explainCall")
        .WithSummary("Why a call is refused: the decision, its reason code, the grant that is missing or has ended, and what to do. Changes nothing; posted because a token belongs in no address.")
        .Produces<ExplanationBody>();

    private static async Task<IResult> ExplainAsync(JsonBody<ExplainBody> body, ExplainCall explain, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        context.Response.Headers.CacheControl = "no-store";
        return Answer.Ok(
            await explain.ExecuteAsync(
                context.Actor(),
                new(asked.Application, asked.Api, asked.Version, asked.Environment, asked.Method, asked.Path)
                {
                    Operation = asked.Operation, Audience = asked.Audience, Token = asked.Token, Proven = asked.Proven, At = asked.At, Seen = asked.Reason,
                },
                cancellation),
            BodyOf);
    }

    private static ExplanationBody BodyOf(Explained explained)
    {
        ExplainedLineBody[] choices = [.. explained.Choices.Select(LineOf)];
        if (explained.Answer is not { } why)
            return new(null, null, null, null, null, null, null, null, null, null, null, null, [], null, null, null, null, null, [], choices);
        return new(
            why.Allowed ? "allowed" : why.LetThrough ? "let_through" : "refused", why.Reason, why.Reason is { } reason ? ReasonCode.StatusOf(reason) : null, StoredEnum.ToWord(why.Cause),
            why.Sentence, why.Rule, why.At, why.ReasonNow, why.SeenMeans, why.Application?.ClientId, why.Line is { } line ? LineOf(line) : null,
            why.Endpoint is { } o ? new(o.Key, o.Method, o.Path) : null, [.. why.Nearest.Select(n => new ExplainedOperationBody(n.Key, n.Method, n.Path, n.Difference))],
            why.Grant is { } grant ? AccessBodies.Of(grant) : null, why.Plan, why.PendingRequest,
            why.Token is { } token ? new(token.IssuedAt, token.ExpiresAt, token.Revision, token.Carries) : null,
            why.Reach is { } reach ? new(reach.ChangedAt, reach.Revision, reach.DataPlanes, reach.Enforced) : null,
            [.. why.Advice.Select(a => new AdviceBody(StoredEnum.ToWord(a.Step), a.Text, ExplainUrl.Of(a.Step, why)))], choices);
    }

    private static ExplainedLineBody LineOf(ExplainedLine line) => new(line.Api, line.Version, line.Environment);
}
