using System.Security.Claims;
using Marketplace.Core.People;
using Marketplace.Core.People.Sessions;
using Marketplace.Portal.Security;
using Marketplace.Portal.Shell;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Portal.SignIn;

/// <summary>
/// The cookie holds a secret and nothing else: who it stands for, with which role and whether still, says the session's
/// row, read at most <see cref="LiveSessions.Freshness"/> ago.
/// </summary>
internal static class SessionCookie
{
    private const string SecretClaim = "session_secret";
    private const string IdClaim = "session_id";

    public static ClaimsPrincipal Ticket(StartedSession session) =>
        new(new ClaimsIdentity([new(SecretClaim, session.Secret)], IdentityConstants.ApplicationScheme));

    public static AuthenticationProperties Properties(StartedSession session) => new() { ExpiresUtc = session.ExpiresAt, AllowRefresh = false };

    public static SessionOrigin Origin(this HttpContext context) =>
        new(context.Connection.RemoteIpAddress?.ToString() ?? "unknown", context.Request.Headers.UserAgent.ToString());

    /// <summary>The session of this request; only where somebody is signed in by one.</summary>
    public static Guid? SessionId(this HttpContext context) =>
        Guid.TryParse(context.User.FindFirstValue(IdClaim), out var id) ? id : null;

    public static async Task SignInAsync(HttpContext context, Person person, CancellationToken cancellation)
    {
        var session = await context.RequestServices.GetRequiredService<StartSession>().ExecuteAsync(person, context.Origin(), null, cancellation);
        await context.SignInAsync(IdentityConstants.ApplicationScheme, Ticket(session), Properties(session));
    }

    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var live = context.Principal?.FindFirstValue(SecretClaim) is { } secret
            ? await http.RequestServices.GetRequiredService<LiveSessions>().FindAsync(secret, used: !http.Request.IsPoll(), http.RequestAborted)
            : null;
        if (live is null)
        {
            context.RejectPrincipal();
            return;
        }

        var principal = SignedInPerson.Principal(live.PersonId, live.Name, live.Role, IdentityConstants.ApplicationScheme);
        principal.Identities.Single().AddClaim(new(IdClaim, live.Id.ToString()));
        context.ReplacePrincipal(principal);
        context.ShouldRenew = false;
    }
}
