using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.Keys;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Keys;

internal static class KeyEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var keys = rest.MapGroup("/signing-keys").WithTags("Signing keys");
        keys.MapGet("", ListAsync).WithName("listSigningKeys")
            .WithSummary("The keys that sign tokens and snapshots. For platform roles.").Produces<SigningKeysBody>();
        keys.MapPost("/rotation", RotateAsync).WithName("rotateSigningKey")
            .WithSummary("Replace the active signing key before its time; the token plane does it within seconds. For administrators and security officers.")
            .Produces(StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(SigningKeyReader keys, HttpContext context, CancellationToken cancellation) =>
        context.Actor().ReadsEverything
            ? Answer.Json(new SigningKeysBody([.. (await keys.ListAsync(cancellation)).Select(Of)]))
            : new ProblemResult([new Problem(Problem.Forbidden, KeyPages.NotYours)]);

    private static async Task<IResult> RotateAsync(
        JsonBody<NewKeyRotationBody> body, RequestKeyRotation rotate, HttpContext context, CancellationToken cancellation)
    {
        var outcome = await rotate.ExecuteAsync(context.Actor(), new(body.Value.Reason, body.Value.Compromised), cancellation);
        return outcome.Succeeded ? Results.StatusCode(StatusCodes.Status202Accepted) : new ProblemResult(outcome.Problems);
    }

    private static SigningKeyBody Of(SigningKeyView key) => new(
        key.Kid, key.Algorithm, StoredEnum.ToWord(key.State), key.PublishedAt, key.ActiveFrom, key.RetiredAt, key.GoneAt, key.ReplacementAsked);
}
