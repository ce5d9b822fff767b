using System.Security.Claims;
using Marketplace.Core.Data;
using Marketplace.Core.People;
using Marketplace.Portal.SignIn;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Portal.Security;

/// <summary>Between the claims of a request and the <see cref="Actor"/> that use cases know.</summary>
public static class SignedInPerson
{
    public const string RoleClaim = "platform_role";

    public static ClaimsPrincipal Principal(Guid id, string name, PlatformRole? role, string scheme)
    {
        List<Claim> claims = [new(ClaimTypes.NameIdentifier, id.ToString()), new(ClaimTypes.Name, name)];
        if (role is { } given)
            claims.Add(new(RoleClaim, StoredEnum.ToWord(given)));
        return new(new ClaimsIdentity(claims, scheme, ClaimTypes.Name, RoleClaim));
    }

    /// <summary>Who asks. Only for endpoints that demand authentication.</summary>
    public static Actor Actor(this HttpContext context) =>
        context.User.Actor(context.Connection.RemoteIpAddress?.ToString()) is { } actor
        ? context.Features.Get<TokenBearer>() is { } bearer ? actor with { Channel = "rest", Credential = $"access_token:{bearer.TokenId}" }
        : context.SessionId() is { } session ? actor with { Channel = "portal", Credential = $"session:{session}" }
        : actor with { Channel = "rest", Credential = Core.People.Actor.Password }
        : throw new InvalidOperationException("The endpoint does not demand authentication.");

    public static Actor? Actor(this ClaimsPrincipal user, string? source) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && user.Identity?.Name is { } name
            ? new(id, name, StoredEnum.TryFromWord<PlatformRole>(user.FindFirstValue(RoleClaim), out var role) ? role : null, source ?? "unknown")
            : null;
}
