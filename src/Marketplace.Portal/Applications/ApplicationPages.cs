using Marketplace.Core;
using Marketplace.Core.Access;
using Marketplace.Core.Access.Plans;
using Marketplace.Core.Applications;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.Policy.Shadow;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications;

/// <summary>The applications of my teams, and registering another.</summary>
internal static class ApplicationPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/applications", ListAsync);
        pages.MapGet("/applications/new", NewAsync);
        pages.MapPost("/applications/new", RegisterAsync);
        pages.MapGet("/applications/{clientId}", ShowAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ApplicationReader applications, string? q, bool? deleted, int? page, CancellationToken cancellation) =>
        Page.Show<ApplicationList, ApplicationListModel>(new(
            await applications.ListAsync(context.Actor(), q, new PageRequest(page ?? 1), cancellation, deleted is true), q, deleted is true));

    private static Task<IResult> NewAsync(HttpContext context, TeamReader teams, string? returnUrl, CancellationToken cancellation) =>
        FormAsync(context, new("", "", "", null), LocalUrl.Or(returnUrl, ""), [], teams, cancellation);

    private static async Task<IResult> RegisterAsync(
        HttpContext context, [FromForm] string? team, [FromForm] string? name, [FromForm] string? description, [FromForm] string? publicKey, [FromForm] string? jwksUri,
        [FromForm] string? environment, [FromForm] string? returnUrl, RegisterApplication register, TeamReader teams, CancellationToken cancellation)
    {
        var input = new RegisterApplicationInput(team ?? "", name ?? "", description ?? "", publicKey, jwksUri, string.IsNullOrWhiteSpace(environment) ? null : environment.Trim());
        var next = LocalUrl.Or(returnUrl, "");
        var outcome = await register.ExecuteAsync(context.Actor(), input, cancellation);
        if (!outcome.Succeeded)
            return await FormAsync(context, input, next, outcome.Problems, teams, cancellation);
        // Rendered here and now: a redirect would have to carry the secret.
        return Page.Show<NewSecretPage, NewSecretModel>(new(
            $"{input.Name.Trim()} is registered", outcome.Value.ClientId, outcome.Value.Secret, PublicUrl.Of(context), next));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, string clientId, int? page, bool? ended, ApplicationReader applications, AccessRequestReader requests, PlanUseReader plans, GrantReader grants,
        ShadowReader shadow, TimeProvider clock, CancellationToken cancellation) =>
        await ApplicationView.ShowAsync(context, clientId, page, ended is true, CredentialForm.Empty, [], applications, requests, plans, grants, shadow, clock, cancellation);

    private static async Task<IResult> FormAsync(
        HttpContext context, RegisterApplicationInput input, string returnUrl, IReadOnlyList<Problem> problems, TeamReader teams, CancellationToken cancellation)
    {
        var mine = await teams.ListAsync(context.Actor(), mineOnly: true, new PageRequest(1, PageRequest.MaximumSize), cancellation);
        return Page.Show<RegisterPage, RegisterModel>(
            new(input, mine.Items, returnUrl, problems), problems.Count == 0 ? StatusCodes.Status200OK : ProblemStatus.Of(problems[0].Code));
    }
}

public sealed record ApplicationListModel(Page<ApplicationRow> Page, string? Text, bool Deleted)
{
    public string Url(int page) => $"/applications?{(Deleted ? "deleted=true&" : "")}{(string.IsNullOrEmpty(Text) ? "" : $"q={Uri.EscapeDataString(Text)}&")}page={page}";
}

public sealed record RegisterModel(RegisterApplicationInput Input, IReadOnlyList<TeamRow> Teams, string ReturnUrl, IReadOnlyList<Problem> Problems);

/// <param name="Title">What was done.</param>
/// <param name="ClientId">The application.</param>
/// <param name="Secret">Null when public keys were given.</param>
/// <param name="MarketplaceUrl">For the command line.</param>
/// <param name="ReturnUrl">Where the person was going; empty for nowhere.</param>
public sealed record NewSecretModel(string Title, string ClientId, string? Secret, string MarketplaceUrl, string ReturnUrl);
