using System.Security.Claims;
using System.Text.Encodings.Web;
using Marketplace.Core.People;
using Marketplace.Portal.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Portal.Rest;

/// <summary>A personal access token as bearer token (RFC 6750 §2.1). The person's role is looked up anew for each request.</summary>
internal sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "access_token";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var bearer = await tokens.AuthenticateAsync(header[Prefix.Length..].Trim(), Context.RequestAborted);
        if (bearer is null)
            return AuthenticateResult.Fail("The access token is unknown, expired or revoked.");
        var principal = SignedInPerson.Principal(bearer.PersonId, bearer.Name, bearer.Role, Scheme);
        principal.Identities.Single().AddClaims(bearer.Scopes.Select(scope => new Claim(ScopeRequirement.Claim, scope)));
        Context.Features.Set(bearer);
        return AuthenticateResult.Success(new(principal, Scheme));
    }

    /// <summary>RFC 6750 §3.1: which scope would do.</summary>
    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<RestScope>() is not { } needed || Context.User.HasClaim(ScopeRequirement.Claim, needed.Word))
        {
            await base.HandleForbiddenAsync(properties);
            return;
        }

        Response.Headers.Append("WWW-Authenticate", $"Bearer realm=\"marketplace\", error=\"insufficient_scope\", scope=\"{needed.Word}\"");
        await new ProblemResult(
            [new(ProblemStatus.ScopeMissing, $"This access token is not for that: it lacks the scope {needed.Word}. Make one that has it, on the page \"Access tokens\".")])
            .ExecuteAsync(Context);
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.Append("WWW-Authenticate", failed ? "Bearer realm=\"marketplace\", error=\"invalid_token\"" : "Bearer realm=\"marketplace\"");
        Response.StatusCode = StatusCodes.Status401Unauthorized;
    }
}
