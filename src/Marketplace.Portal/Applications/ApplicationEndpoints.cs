using Marketplace.Contracts.Rest;
using Marketplace.Core.Applications;
using Marketplace.Core.Applications.KeySets;
using Marketplace.Core.Data;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.Applications;

internal static class ApplicationEndpoints
{
    public static void Map(IEndpointRouteBuilder rest)
    {
        var applications = rest.MapGroup("/applications").WithTags("Applications");
        applications.MapPost("", RegisterAsync).WithName("registerApplication")
            .WithSummary("Register a consuming service; its client secret is in the response and nowhere else.")
            .Produces<CreatedApplicationBody>(StatusCodes.Status201Created);
        applications.MapGet("", ListAsync).WithName("listApplications")
            .WithSummary("The applications of your teams; with deleted=true those that were deleted.").Produces<PageBody<ApplicationSummaryBody>>();
        applications.MapGet("/{clientId}", GetAsync).WithName("getApplication")
            .WithSummary("An application and its credentials.").Produces<ApplicationBody>();
        applications.MapPost("/{clientId}/credentials", AddCredentialAsync).WithName("addCredential")
            .WithSummary("Add a client secret, a public key, or the URL of a key set beside those in use.").Produces<CreatedCredentialBody>(StatusCodes.Status201Created);
        applications.MapDelete("/{clientId}/credentials/{credentialId:guid}", RevokeCredentialAsync).WithName("revokeCredential")
            .WithSummary("From now on this credential gets no token.").Produces(StatusCodes.Status204NoContent);
        applications.MapPost("/{clientId}/credentials/{credentialId:guid}/refresh", RefreshAsync).WithName("refreshKeySet")
            .WithSummary("Have the key set of a jwks_uri fetched within seconds, before its time.").Produces(StatusCodes.Status204NoContent);
        applications.MapPost("/{clientId}/disabling", (string clientId, JsonBody<ApplicationChangeBody> body, DisableApplication change, HttpContext context, CancellationToken cancellation) =>
                ChangeAsync(clientId, body, disable: true, change, context, cancellation)).WithName("disableApplication")
            .WithSummary("Stop an application: it gets no tokens and those it has are refused.").Produces(StatusCodes.Status204NoContent);
        applications.MapPost("/{clientId}/enabling", (string clientId, JsonBody<ApplicationChangeBody> body, DisableApplication change, HttpContext context, CancellationToken cancellation) =>
                ChangeAsync(clientId, body, disable: false, change, context, cancellation)).WithName("enableApplication")
            .WithSummary("Let a disabled application go on.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> RegisterAsync(
        JsonBody<NewApplicationBody> body, RegisterApplication register, HttpContext context, CancellationToken cancellation)
    {
        var asked = body.Value;
        NeverStore(context);
        return Answer.Created(
            await register.ExecuteAsync(context.Actor(), new(asked.Team, asked.Name, asked.Description, asked.PublicKey, asked.JwksUri, asked.Environment), cancellation),
            made => $"/applications/{made.ClientId}",
            made => new CreatedApplicationBody(made.ClientId, made.Secret));
    }

    private static async Task<IResult> ListAsync(
        ApplicationReader applications, HttpContext context, string? q, bool? deleted, int? page, int? limit, CancellationToken cancellation) =>
        Answer.Page(
            await applications.ListAsync(context.Actor(), q, Paged.From(page, limit), cancellation, deleted ?? false),
            row => new ApplicationSummaryBody(
                row.ClientId, row.Name, row.Team, row.CreatedAt, row.DisabledAt, row.OpenGrants, row.PendingRequests));

    private static async Task<IResult> GetAsync(string clientId, ApplicationReader applications, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await applications.FindAsync(context.Actor(), clientId, cancellation), "There is no such application that you may see.", Of);

    private static async Task<IResult> AddCredentialAsync(
        string clientId, JsonBody<NewCredentialBody> body, AddCredential add, HttpContext context, CancellationToken cancellation)
    {
        NeverStore(context);
        return Answer.Created(
            await add.ExecuteAsync(context.Actor(), new(clientId, body.Value.Label, body.Value.PublicKey, body.Value.ExpiresAt, body.Value.JwksUri, body.Value.Environment), cancellation),
            _ => $"/applications/{clientId}",
            made => new CreatedCredentialBody(made.Id, made.Secret));
    }

    private static async Task<IResult> RevokeCredentialAsync(
        string clientId, Guid credentialId, RevokeCredential revoke, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await revoke.ExecuteAsync(context.Actor(), clientId, credentialId, cancellation));

    private static async Task<IResult> RefreshAsync(
        string clientId, Guid credentialId, RefreshKeySet refresh, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await refresh.ExecuteAsync(context.Actor(), clientId, credentialId, cancellation));

    private static async Task<IResult> ChangeAsync(
        string clientId, JsonBody<ApplicationChangeBody> body, bool disable, DisableApplication change, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await change.ExecuteAsync(context.Actor(), clientId, disable, body.Value.Reason, cancellation));

    private static void NeverStore(HttpContext context) => context.Response.Headers.CacheControl = "no-store";

    private static ApplicationBody Of(ApplicationDetails details) => new(
        details.ClientId, details.Name, details.Description, details.Team, details.CreatedAt, details.DisabledAt,
        [.. details.Credentials.Select(c => new CredentialBody(
            c.Id, StoredEnum.ToWord(c.Kind), c.Label, c.Hint, c.CreatedAt, c.ExpiresAt, c.RevokedAt, c.LastUsedAt,
            c.KeySet is { } set ? new KeySetBody(set.Url, set.KeyIds, set.FetchedAt, set.CheckedAt, set.FailingSince, set.Failure) : null, c.Environment))],
        details.Stop?.By, details.Stop?.Reason, details.Stop?.AskedBy, details.DeletedAt, details.DeletedBy);
}
