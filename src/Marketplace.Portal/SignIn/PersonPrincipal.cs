using System.Security.Claims;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Marketplace.Portal.SignIn;

/// <summary>What a session cookie says: who, which platform role, and the stamp that ends it.</summary>
internal sealed class PersonPrincipal(IOptions<IdentityOptions> options) : IUserClaimsPrincipalFactory<Person>
{
    public Task<ClaimsPrincipal> CreateAsync(Person user)
    {
        var principal = SignedInPerson.Principal(user.Id, user.DisplayName, user.PlatformRole, IdentityConstants.ApplicationScheme);
        principal.Identities.Single().AddClaim(new(options.Value.ClaimsIdentity.SecurityStampClaimType, user.SecurityStamp));
        return Task.FromResult(principal);
    }
}
