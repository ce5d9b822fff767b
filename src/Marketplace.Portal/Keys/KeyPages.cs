using Marketplace.Core;
using Marketplace.Core.Keys;
using Marketplace.Core.People;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Keys;

/// <summary>What signs tokens and snapshots, and its replacement in an emergency.</summary>
internal static class KeyPages
{
    internal const string NotYours = "Only administrators, security officers and auditors see the signing keys.";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signing-keys", ShowAsync);
        pages.MapPost("/signing-keys/rotation", RotateAsync);
    }

    private static Task<IResult> ShowAsync(HttpContext context, SigningKeyReader keys, CancellationToken cancellation) =>
        PageOfAsync(context, new("", false), [], keys, cancellation);

    private static async Task<IResult> RotateAsync(
        HttpContext context, [FromForm] string? reason, [FromForm] string? compromised, RequestKeyRotation rotate, SigningKeyReader keys,
        CancellationToken cancellation)
    {
        var typed = new KeyRotationInput(reason ?? "", compromised == "true");
        var outcome = await rotate.ExecuteAsync(context.Actor(), typed, cancellation);
        if (outcome.Succeeded)
            return Flash.Redirect(context, "/signing-keys", "The key is being replaced. Look again in a few seconds.");
        return outcome.IsForbidden()
            ? Page.Forbidden(outcome.Problems[0].Message)
            : await PageOfAsync(context, typed, outcome.Problems, keys, cancellation);
    }

    private static async Task<IResult> PageOfAsync(
        HttpContext context, KeyRotationInput typed, IReadOnlyList<Problem> problems, SigningKeyReader keys, CancellationToken cancellation)
    {
        var actor = context.Actor();
        if (!actor.ReadsEverything)
            return Page.Forbidden(NotYours);
        return Page.Show<KeyPage, KeyModel>(
            new(await keys.ListAsync(cancellation), actor.Role is PlatformRole.Administrator or PlatformRole.SecurityOfficer, typed, problems),
            problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record KeyModel(IReadOnlyList<SigningKeyView> Keys, bool MayRotate, KeyRotationInput Typed, IReadOnlyList<Problem> Problems);
