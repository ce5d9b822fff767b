using Marketplace.Contracts.Rest;
using Marketplace.Core;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Core.People.Accounts;
using Marketplace.Core.People.Company;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Rest;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Portal.People;

/// <summary>One account and what an administrator does to it.</summary>
internal static class AccountEndpoints
{
    private const string Nobody = "There is no such person that you may see.";

    public static void Map(IEndpointRouteBuilder rest)
    {
        var one = rest.MapGroup("/people/{userName}").WithTags("People");
        one.MapGet("", GetAsync).WithName("getPerson").WithSummary("An account: your own, or for platform roles anybody's.").Produces<AccountBody>();
        one.MapPut("/platform-role", SetRoleAsync).WithName("setPlatformRole")
            .WithSummary("Give or take a platform role. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/disabling", (string userName, JsonBody<AccountReasonBody> body, DisablePerson disable, HttpContext context, CancellationToken cancellation) =>
                DisableAsync(userName, true, body, disable, context, cancellation)).WithName("disablePerson")
            .WithSummary("Close an account: its sessions end, its tokens are revoked. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapPost("/enabling", (string userName, JsonBody<AccountReasonBody> body, DisablePerson disable, HttpContext context, CancellationToken cancellation) =>
                DisableAsync(userName, false, body, disable, context, cancellation)).WithName("enablePerson")
            .WithSummary("Open a closed account again. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapPut("/password", SetPasswordAsync).WithName("setPassword")
            .WithSummary("Give a local account another password; its sessions end. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapPut("/company-identity", LinkAsync).WithName("linkPerson")
            .WithSummary("Join an account to the company's identity provider. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapDelete("/company-identity", UnlinkAsync).WithName("unlinkPerson")
            .WithSummary("Part an account from the company's identity provider. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapGet("/sessions", SessionsAsync).WithName("listSessions")
            .WithSummary("Where a person is signed in. For platform roles.").Produces<PageBody<SessionBody>>();
        one.MapDelete("/sessions", EndAllAsync).WithName("endSessions")
            .WithSummary("End all sessions of a person and revoke the access tokens. For administrators.").Produces(StatusCodes.Status204NoContent);
        one.MapDelete("/sessions/{id:guid}", EndAsync).WithName("endSession")
            .WithSummary("End a session of a person. For administrators.").Produces(StatusCodes.Status204NoContent);
    }

    public static SessionBody Of(SessionRow row) => new(row.Id, row.CreatedAt, row.LastSeenAt, row.ExpiresAt, row.Source, row.UserAgent, row.ByCompany);

    private static async Task<IResult> GetAsync(string userName, PersonReader people, HttpContext context, CancellationToken cancellation) =>
        Answer.Found(await people.FindAsync(context.Actor(), userName, cancellation), Nobody, p => new AccountBody(
            p.UserName, p.DisplayName, p.Email, Word(p.Role), Word(p.RoleByHand), Word(p.RoleByGroup), p.HasPassword, p.DisabledAt, p.Tokens,
            [.. p.Teams.Select(t => new PersonTeamBody(t.Team, t.Title, StoredEnum.ToWord(t.Role), t.ByGroup))],
            [.. p.Identities.Select(i => new IdentityBody(i.Issuer, i.Subject, i.Email, i.LinkedAt, i.LastSignInAt, i.Groups))]));

    private static async Task<IResult> SetRoleAsync(
        string userName, JsonBody<PlatformRoleBody> body, ChangePlatformRole change, HttpContext context, CancellationToken cancellation)
    {
        PlatformRole? role = null;
        if (body.Value.PlatformRole is { } word)
        {
            if (!StoredEnum.TryFromWord<PlatformRole>(word, out var known))
                return new ProblemResult([new Problem("role_unknown", "Choose administrator, security_officer or auditor, or null.", "platformRole")]);
            role = known;
        }

        return Answer.Done(await change.ExecuteAsync(context.Actor(), userName, role, cancellation));
    }

    private static async Task<IResult> DisableAsync(
        string userName, bool disable, JsonBody<AccountReasonBody> body, DisablePerson use, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await use.ExecuteAsync(context.Actor(), userName, disable, body.Value.Reason, cancellation));

    private static async Task<IResult> SetPasswordAsync(
        string userName, JsonBody<SetPasswordBody> body, SetPassword set, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await set.ExecuteAsync(context.Actor(), userName, body.Value.NewPassword, null, cancellation));

    private static async Task<IResult> LinkAsync(string userName, JsonBody<LinkBody> body, LinkIdentity link, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await link.JoinAsync(context.Actor(), userName, body.Value.Subject, cancellation));

    private static async Task<IResult> UnlinkAsync(string userName, LinkIdentity link, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await link.PartAsync(context.Actor(), userName, cancellation));

    private static async Task<IResult> SessionsAsync(
        string userName, PersonReader people, SessionReader sessions, HttpContext context, int? page, int? limit, CancellationToken cancellation)
    {
        if (await people.FindAsync(context.Actor(), userName, cancellation) is not { } person)
            return ProblemResult.NotFound(Nobody);
        return Answer.Page(await sessions.ListAsync(person.Id, Paged.From(page, limit), cancellation), Of);
    }

    private static async Task<IResult> EndAsync(string userName, Guid id, EndSession end, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await end.OneAsync(context.Actor(), userName, id, cancellation));

    private static async Task<IResult> EndAllAsync(string userName, EndSession end, HttpContext context, CancellationToken cancellation) =>
        Answer.Done(await end.AllAsync(context.Actor(), userName, null, cancellation));

    private static string? Word(PlatformRole? role) => role is { } given ? StoredEnum.ToWord(given) : null;
}
